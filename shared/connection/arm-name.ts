/** The parts of an id that stand below its resource group. */
export interface ArmName {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/** `/subscriptions/{1}/resourcegroups/{3}/providers/{5}/{6}/{7}` split by "/" (index 0 is empty). */
export const segment = (id: string, index: number): string => id.split("/")[index] ?? "";

/** The same parts as somebody spelled them in an id that was understood. */
export const spelledName = (id: string): ArmName => ({
  subscription: segment(id, 2),
  resourceGroup: segment(id, 4),
  name: segment(id, 8),
});
