import { describe, expect, test } from "vitest";
import { peopleAreAsked } from "./kit/moments.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { runCommand } from "./kit/processes.ts";
import { ANSWERED, ASKED } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const stack = aStack();
const { arm, api } = stack;

/** `npm run approvals`, as one of the people of the stack, with nobody at the terminal. */
async function approvals(person: string, ...args: readonly string[]) {
  const command = runCommand("cli/approvals.ts", [...args, "--as", person, "--data", stack.data]);
  return { code: await command.ended, says: command.output() };
}

describe("in a terminal", { timeout: TIMEOUT_MS }, () => {
  test("somebody finds what waits for them, looks at it, and approves it until Azure shows that", async () => {
    await peopleAreAsked(stack, "pe-terminal-1", "please");
    const { id } = await api.request("pe-terminal-1");

    const list = await approvals("ana", "list", "--waiting-for-me");
    const show = await approvals("ana", "show", id.slice(0, 12));
    const unsure = await approvals("ana", "approve", id);
    const approve = await approvals("ana", "approve", id.slice(0, 12), "--yes", "--reason", "a known team");
    const again = await approvals("ana", "approve", id, "--yes");

    expect(list).toMatchObject({ code: 0, says: expect.stringContaining("pe-terminal-1") });
    expect(show).toMatchObject({ code: 0, says: expect.stringContaining("> please") });
    expect(unsure).toMatchObject({ code: 2, says: expect.stringContaining("add --yes") });
    expect(approve).toMatchObject({
      code: 0,
      says: expect.stringMatching(/\nApproved, by "Ana .*\n$/),
    });
    expect(again.code).toBe(1);
    expect(await arm.connection("pe-terminal-1")).toMatchObject({ status: "Approved" });
    expect(await stack.trail("pe-terminal-1")).toEqual([...ASKED, ...ANSWERED]);
  });

  test("what does not wait for somebody is not theirs to reject, and who is asked rejects it for good", async () => {
    await peopleAreAsked(stack, "pe-terminal-2");
    const { id } = await api.request("pe-terminal-2");

    const byBo = await approvals("bo", "reject", id, "--reason", "no", "--yes");
    const byAna = await approvals("ana", "reject", id, "--reason", "not from here", "--yes", "--json");

    expect(byBo).toMatchObject({ code: 1, says: expect.not.stringContaining("Rejected, by") });
    expect(byAna.code).toBe(0);
    await eventually(async () =>
      expect(await arm.connection("pe-terminal-2")).toMatchObject({ status: "Rejected" }),
    );
  });

  test("without somebody to be, or with somebody whom nobody knows, it says whom there is", async () => {
    const nobody = runCommand("cli/approvals.ts", ["list", "--data", stack.data]);
    const stranger = await approvals("anna", "list");

    expect(await nobody.ended).toBe(2);
    expect(nobody.output()).toMatch(/^Say who you are: --as ana, or bo/);
    expect(stranger).toMatchObject({ code: 2, says: expect.stringContaining("did you mean ana?") });
  });

  test("the inbox's address needs nobody to sign in", async () => {
    const open = runCommand("cli/approvals.ts", ["open", "--data", stack.data], {
      DISPLAY: "",
      WAYLAND_DISPLAY: "",
    });

    expect(await open.ended).toBe(0);
    expect(open.output()).toBe(`${stack.endpoints().app}/inbox/\n`);
  });
});
