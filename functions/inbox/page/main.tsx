import { render } from "preact";

function Inbox() {
  return (
    <main>
      <h1>Private endpoint approvals</h1>
    </main>
  );
}

const place = document.getElementById("inbox");
if (place !== null) render(<Inbox />, place);
