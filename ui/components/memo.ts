// A component that is drawn again only if its properties changed. It would be in preact/compat, which
// changes how events behave everywhere.
import { Component, type ComponentChildren, type FunctionComponent, h } from "preact";

export function memo<Props extends object>(
  render: (props: Props) => ComponentChildren,
  isSame: (before: Props, after: Props) => boolean = isShallowlySame,
): new () => Component<Props> {
  const inner = render as FunctionComponent<Props>;
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      return !isSame(this.props, next);
    }

    override render(props: Props): ComponentChildren {
      return h(inner, props as Props & preactAttributes);
    }
  };
}

type preactAttributes = Parameters<FunctionComponent>[0];

function isShallowlySame(before: object, after: object): boolean {
  const names = Object.keys(after);
  return (
    names.length === Object.keys(before).length &&
    names.every((name) => Reflect.get(before, name) === Reflect.get(after, name))
  );
}
