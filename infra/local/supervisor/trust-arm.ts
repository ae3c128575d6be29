import { trustAuthority } from "../kit/trust.ts";

/**
 * Loaded before commands that are started with `app.env`, so that they trust the local ARM. `NODE_EXTRA_CA_CERTS` does
 * not do for them: node looks at it before it reads the file, and the user's shell may have one of its own.
 */
const { LOCAL_AUTHORITY } = process.env;
if (LOCAL_AUTHORITY !== undefined) trustAuthority(LOCAL_AUTHORITY);
