import { GUID } from "../../policy/guid.ts";
import { quote } from "../../policy/text.ts";
import type { Warning } from "./warning.ts";

/** Lists that no condition refers to. */
export const unusedLists: Warning = ({ lists }) =>
  [...lists].flatMap(([name, { report, at, isUsed }]) =>
    isUsed ? [] : [{ report, at, message: `no condition uses list ${quote(name)}` }],
  );

/** Approvers that no ask names. */
export const unusedApprovers: Warning = ({ approvers, report }) =>
  [...approvers].flatMap(([name, { at, isUsed }]) =>
    isUsed ? [] : [{ report, at, message: `nothing asks approvers ${quote(name)}` }],
  );

/** Integrations that no ask names: what they say counts for nothing. */
export const unusedIntegrations: Warning = ({ integrations, report }) =>
  [...integrations].flatMap(([name, { at, isUsed }]) =>
    isUsed ? [] : [{ report, at, message: `nothing asks integration ${quote(name)}` }],
  );

/** The object id in the policy that `policy init` writes; the author must replace it. */
const PLACEHOLDER = "00000000-0000-0000-0000-000000000000";

/** Groups by a name of their own: their members would not be known as such. */
export const namedGroups: Warning = ({ approvers, report }) =>
  [...approvers.values()].flatMap(({ groups }) =>
    groups.flatMap(({ id, at }) => {
      if (id === PLACEHOLDER)
        return [{ report, at, message: `${quote(id)} is a placeholder; put your group's object id there` }];
      const usual = "Entra puts object ids into tokens, so its members may not be able to review";
      return GUID.test(id)
        ? []
        : [{ report, at, message: `${quote(id, 60)} is no object id (a GUID): ${usual}` }];
    }),
  );
