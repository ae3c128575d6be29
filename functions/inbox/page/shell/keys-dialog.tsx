import { Dialog } from "./dialog.tsx";

interface Props {
  readonly areOn: boolean;
  readonly onToggle: (areOn: boolean) => void;
  readonly onClose: () => void;
}

const KEYS: readonly (readonly [key: string, does: string])[] = [
  ["j", "the next request of the list"],
  ["k", "the one before"],
  ["Enter", "opens it"],
  ["/", "looks for something"],
  ["?", "shows this"],
];

/** Which keys do what. They can be turned off, for those who speak to their machine. */
export function KeysDialog({ areOn, onToggle, onClose }: Props) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p>No key alone decides: go to Approve with Tab, then press Enter.</p>
      <label class="choice">
        <input type="checkbox" checked={areOn} onChange={(event) => onToggle(event.currentTarget.checked)} />
        Single letters are keys
      </label>
      <div class="buttons">
        <button type="button" class="primary" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
