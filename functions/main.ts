/** The app: every file here registers its functions when it is loaded. */
import "./hints.ts";
import "./sweep.ts";
import "./activities.ts";
import "./approve-connection.ts";
import "./requests.ts";
import "./audit.ts";
import "./policy.ts";
import "./openapi.ts";
