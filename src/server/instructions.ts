// What the server tells a model when it connects: how to work well with the tools.
export const INSTRUCTIONS = `Seven AWS IAM actions. Every result is {result, error, has_error}; an error starts with its code and ends with the next step.
- A leaked key: find its owner and last use with get_access_key_last_used; turn it off with update_access_key (Inactive) before deleting it, since that can be undone; then create a new one if needed.
- Narrow list_policies with scope, only_attached or max_items: an account has some 1,500 policies.
- Create, delete, update and attach ask a person, who sees a plan. You cannot approve. On ApprovalPending, give the user the command from the error and make exactly the same call again when they have run it.
- After a refusal, tell the user; do not repeat the call unasked. After OutcomeUnknown, look first, as the error says.
- Secrets of new keys go to a file that SecretFile names; do not ask for them.`;
