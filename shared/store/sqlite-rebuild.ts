import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import type { RequestId } from "../connection/connection.ts";
import { recordIn } from "../request/record.ts";
