import { parseSettings } from "../../config.ts";
import { instant } from "../../connection/connection.ts";
import { digestSeals } from "../../evidence/digest.ts";
import { writeDigests } from "../../evidence/write-digests.ts";
import { type Command, parse } from "../../policy-tools/cli/command.ts";
import { openArchive } from "../open-for-reading.ts";
import { digestsOf, PLACES, PLACES_HELP, recordKeys, storeOf } from "./places.ts";

const HELP = `Writes a digest now: where every trail ends that changed since the last one. The app does so every hour.

Usage: npm run audit -- digest [options]

${PLACES_HELP}

It needs RECORD_KEYS. Exit codes: 0 fine, 1 the digests so far are not as they should be, 2 wrong usage, or something that
cannot be read.
`;

/** `audit digest`. */
export const digestCommand: Command = {
  help: HELP,
  run: async (args, io) => {
    const { values } = parse(args, PLACES);
    const address = storeOf(values, io);
    const seals = digestSeals(recordKeys(io));
    const { DIGEST_MAX_AGE } = parseSettings(io.env, { needed: ["DIGEST_MAX_AGE"] });
    const store = await openArchive(address, io);
    try {
      const { written, troubles } = await writeDigests({
        trails: store.trails,
        digests: digestsOf(values, address, io),
        seals,
        maxAgeMs: DIGEST_MAX_AGE,
        now: () => instant(Date.now()),
      });
      for (const { number, trails, records, until } of written)
        io.out(`Digest ${number}: ${trails} trails of ${records} records, until ${until}\n`);
      if (written.length === 0) io.out("Somebody else wrote the next digest at this moment.\n");
      for (const trouble of troubles) io.out(`${trouble}\n`);
      return troubles.length === 0 ? 0 : 1;
    } finally {
      store.close();
    }
  },
};
