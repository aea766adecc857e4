import type zh from "../zh/account";
import type { Texts } from "../texts";

export default {
  title: "My account",
  password: "Password",
  passwordEnds: "Valid until {{at}}",
  old: "Present password",
  oldRequired: "Enter your present password",
  change: "Change password",
  changed: "Password changed; other devices were signed out",
  factor: {
    title: "Second factor",
    on: "Authenticator is set up",
    off: "Not set up",
    hint: "With it, signing in asks for a code from your phone beside the password.",
    codesLeft: "{{left}} recovery codes left",
    begin: "Set up an authenticator",
    confirm: "Confirm",
    remove: "Remove",
    removeTitle: "Remove the authenticator",
    removeHint: "The recovery codes go with it. Enter your password to confirm.",
    removed: "The authenticator was removed",
    kept: "I have kept them safe",
  },
  devices: {
    title: "Signed-in devices",
    hint: "If there is one you do not know, sign it out and change your password.",
    current: "This device",
    voice: "Takes calls",
    from: "{{address}}, since",
    active: "last active",
    end: "Sign out",
    ended: "That device was signed out",
  },
  who: {
    title: "About you",
    name: "User name",
    display: "Name",
    company: "Company",
    roles: "Roles",
    agent: "Agent",
  },
} satisfies Texts<typeof zh>;
