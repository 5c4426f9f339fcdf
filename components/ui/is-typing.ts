/** Whether a key belongs to what somebody types, so that it is no shortcut. In: where the key was pressed. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
