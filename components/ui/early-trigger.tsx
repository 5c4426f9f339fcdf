"use client";

import { cloneElement, Component, createRef, type ReactElement, type ReactNode, type Ref, type RefObject } from "react";

/** An element that a popup belongs to. */
export type TriggerElement = ReactElement<{ ref?: Ref<HTMLElement>; onClick?: () => void }>;

interface EarlyTriggerProps {
  trigger: TriggerElement;
  /** The trigger with its popup, given the ref for it; null as long as the code of the popup isn't there. */
  whole: ((ref: RefObject<HTMLElement | null>) => ReactNode) | null;
  /** What a press on the bare trigger does. */
  onClick?: () => void;
}

/**
 * A trigger before the code of its popup is there, and after, without losing the focus between. A class: nothing else is asked before the
 * page changes.
 */
export class EarlyTrigger extends Component<EarlyTriggerProps> {
  private readonly element = createRef<HTMLElement>() as RefObject<HTMLElement | null>;

  private readonly take = (node: HTMLElement | null): void => {
    this.element.current = node;
    const own = this.props.trigger.props.ref;
    if (typeof own === "function") own(node);
    else if (own) own.current = node;
  };

  override getSnapshotBeforeUpdate(before: EarlyTriggerProps): boolean {
    const { current } = this.element;
    return (before.whole === null) !== (this.props.whole === null) && current !== null && document.activeElement === current;
  }

  override componentDidUpdate(_props: EarlyTriggerProps, _state: unknown, hadFocus: boolean): void {
    if (hadFocus) this.element.current?.focus();
  }

  override render(): ReactNode {
    const { trigger, whole, onClick } = this.props;
    if (whole) return whole(this.element);
    return cloneElement(trigger, { ref: this.take, ...(onClick ? { onClick } : {}) });
  }
}
