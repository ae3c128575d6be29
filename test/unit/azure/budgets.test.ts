import { expect, test } from "vitest";
import { createBudgets } from "../../../shared/azure/budgets.ts";
import { aClusterId } from "../../fixtures/builders.ts";

const [HERE, THERE] = [aClusterId("aks-here"), aClusterId("aks-there")];
const RATES = { aks: { burst: 60, perSecond: 1 }, armReads: { burst: 250, perSecond: 25 } };

/** Uses up what there is at once. */
function drained(budgets: ReturnType<typeof createBudgets>, cluster: typeof HERE): void {
  const budget = budgets.connections(cluster);
  for (let call = 0; call < 60; call++) budget.owe();
  expect(budget.hasRoom()).toBe(false);
}

test("clusters of a subscription share a budget as long as nobody knows where they are", () => {
  const budgets = createBudgets(RATES);

  drained(budgets, HERE);

  expect(budgets.connections(THERE).hasRoom()).toBe(false);
});

test("clusters of two regions have budgets of their own, those of one region share theirs", () => {
  const budgets = createBudgets(RATES);
  budgets.locate(HERE, "westeurope");
  budgets.locate(THERE, "northeurope");
  const beside = aClusterId("aks-beside");
  budgets.locate(beside, "westeurope");

  drained(budgets, HERE);

  expect(budgets.connections(THERE).hasRoom()).toBe(true);
  expect(budgets.connections(beside).hasRoom()).toBe(false);
});

test("what was spent before the region was known stays spent", () => {
  const budgets = createBudgets(RATES);
  drained(budgets, HERE);

  budgets.locate(HERE, "westeurope");

  expect(budgets.connections(HERE).hasRoom()).toBe(false);
});
