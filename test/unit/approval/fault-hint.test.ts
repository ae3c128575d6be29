import { describe, expect, test } from "vitest";
import { hintFor } from "../../../shared/approval/fault-hint.ts";
import { Fault, type FaultCode } from "../../../shared/connection/fault.ts";

const GROUP = "'/subscriptions/9f1c0d7a-53c4-4f8e-9c0f-8d2f6a1b7e43/resourceGroups/rg-aks'";
const LOCKED = `The scope '/subscriptions/x' cannot perform write operation because following scope(s) are locked: ${GROUP}. Please remove the lock and try again.`;

describe("what a person must do, by what ARM said", () => {
  test.each<[FaultCode, string, string, string]>([
    ["BLOCKED", "ScopeLocked", LOCKED, `Remove the lock on ${GROUP}, then`],
    ["BLOCKED", "ScopeLocked", "It is locked.", "Remove the lock on the cluster or above it, then"],
    [
      "BLOCKED",
      "MissingSubscriptionRegistration",
      "The subscription is not registered to use namespace 'Microsoft.Network'. See https://aka.ms/rps-not-found.",
      "Register the resource provider Microsoft.Network in the subscription",
    ],
    ["BLOCKED", "SubscriptionNotRegistered", "No.", "Register the resource provider that ARM names"],
    ["BLOCKED", "ReadOnlyDisabledSubscription", "No.", "subscription is disabled"],
    ["BLOCKED", "DisallowedOperation", "No.", "Do away with what ARM names"],
    ["REFUSED", "OperationNotAllowed", "No.", "Start the cluster if it is stopped"],
    ["BUSY", "OperationNotAllowed", "Another operation is in progress.", "It is tried again by itself"],
    ["FORBIDDEN", "ExpiredAuthenticationToken", "No.", "not even a new one"],
    ["FORBIDDEN", "InvalidAuthenticationTokenTenant", "No.", "of another tenant"],
    ["FORBIDDEN", "NoToken", "No.", "AZURE_CLIENT_ID"],
    ["FORBIDDEN", "AuthorizationFailed", "No.", "Give the app's identity a role with"],
    ["FORBIDDEN", "LinkedAuthorizationFailed", "Needs X.", "Needs X."],
    ["FORBIDDEN", "constructor", "No.", "Give the app's identity a role with"],
  ])("%s %s, saying %j", (code, armCode, message, expected) => {
    expect(hintFor(new Fault(code, message, { armCode }))).toContain(expected);
  });
});
