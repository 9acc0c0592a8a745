import { SkeletonRows } from "#components/skeleton-rows";

/** Shown only when reading takes longer than a blink: the skeleton waits 150 ms before it appears. */
export default function LoadingOrders() {
  return (
    <div className="orders-loading" aria-busy="true">
      <SkeletonRows rows={18} />
    </div>
  );
}
