import { registerInbox } from "../../../../functions/inbox/serve.ts";
import { createApp } from "../../../../functions/kit/app.ts";
import { serve } from "../../../../functions/kit/route.ts";
import { registerLinkPage } from "../../../../functions/link/serve.ts";
import { inMemory } from "../in-memory-app.ts";
import { FILES } from "./files.ts";

const app = await createApp({ ...inMemory, SIGN_IN_ISSUER: "https://login.example/tenant/v2.0" });

serve([], () => app);
registerInbox(() => app, FILES);
registerLinkPage(() => app, FILES);
