import { Component, type ComponentChildren } from "preact";

interface Props {
  readonly children: ComponentChildren;
}

/** What is shown where the page itself has a fault, instead of nothing: what was decided is on record all the same. */
export class Boundary extends Component<Props, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  static override getDerivedStateFromError = () => ({ isBroken: true });

  override componentDidCatch(error: unknown): void {
    reportError(error);
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    return (
      <div class="page" role="alert">
        <h1>This page has a fault</h1>
        <p>
          What you decided before is on record. Load the page again; if that does not help, tell those who run
          the app.
        </p>
        <button type="button" onClick={() => location.reload()}>
          Load again
        </button>
      </div>
    );
  }
}
