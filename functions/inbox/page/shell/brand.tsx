export const Brand = () => (
  <a class="brand" href="#/">
    Private endpoint approvals
  </a>
);
