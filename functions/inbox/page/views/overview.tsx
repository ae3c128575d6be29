export const OverviewView = () => (
  <div class="page">
    <h1>Overview</h1>
  </div>
);
