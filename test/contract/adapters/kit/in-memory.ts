import { ClusterId, connectionIdOf, PrivateEndpointId } from "../../../../shared/connection/arm-id.ts";
import { ArmWorld } from "../../../fixtures/arm-world.ts";
import { aConnection, anEndpoint } from "../../../fixtures/builders.ts";
import { type ArmUnderTest, completeCluster, completeConnection } from "./arm-under-test.ts";

/** The ARM that the unit tests believe in. */
export async function inMemory(): Promise<ArmUnderTest> {
  const world = new ArmWorld();
  return {
    connections: world.connections,
    clusters: world.clusters,
    createCluster: async (wish = {}) => {
      const cluster = completeCluster(wish);
      const id = ClusterId.parse(cluster.id);
      world.put({ ...cluster, id });
      return id;
    },
    connect: async (cluster, wish = {}) => {
      const { name, ...connection } = completeConnection(wish);
      const id = connectionIdOf(cluster, name);
      world.put({ ...aConnection({ id, ...connection }), name });
      return id;
    },
    disconnect: async (id) => world.remove(id),
    createEndpoint: async (cluster) => {
      const id = PrivateEndpointId.parse(anEndpoint());
      world.pointEndpoint(id, cluster);
      return id;
    },
  };
}
