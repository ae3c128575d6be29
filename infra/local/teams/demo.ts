import type { Conversation, Workflow } from "./schemas.ts";

/** Where the group aks-platform is asked. */
export const PLATFORM_CHANNEL: Conversation = {
  id: "19:6b1f0d2a7c3e4f5896a7b8c9d0e1f203@thread.tacv2",
  name: "AKS platform",
};

/** Where the group security-duty is asked. */
export const SECURITY_CHANNEL: Conversation = {
  id: "19:0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f@thread.tacv2",
  name: "Security duty",
};

/** "Send webhook alerts to a channel", as somebody made it of the template in either channel. */
export const PLATFORM_WORKFLOW: Workflow = {
  id: "4f0e8d7c6b5a49382716059483726150",
  name: "Send webhook alerts to AKS platform",
  conversationId: PLATFORM_CHANNEL.id,
};

export const SECURITY_WORKFLOW: Workflow = {
  id: "9a8b7c6d5e4f40312213e4f5a6b7c8d9",
  name: "Send webhook alerts to Security duty",
  conversationId: SECURITY_CHANNEL.id,
};

/** The channels and the flows of the local world; who is in it, and which bots, only who starts it knows. */
export const DEMO_CHANNELS = {
  conversations: [PLATFORM_CHANNEL, SECURITY_CHANNEL],
  workflows: [PLATFORM_WORKFLOW, SECURITY_WORKFLOW],
} as const;
