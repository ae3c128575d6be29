// What the API answers, subject by subject. They share one app, since to start one takes longer than most of them.
import "./api/mistakes.ts";
import "./api/asking-the-trail.ts";
import "./api/asking-for-requests.ts";
import "./api/files.ts";
import "./api/figures.ts";
import "./api/who-reads.ts";
import "./api/no-operation.ts";
