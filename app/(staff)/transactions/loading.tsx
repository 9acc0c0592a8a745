import { SkeletonRows } from "#components/skeleton-rows";

/** Shown only when reading takes longer than a blink: the skeleton waits 150 ms before it appears. */
export default function LoadingTransactions() {
  return (
    <div aria-busy="true" className="pt-36">
      <SkeletonRows rows={12} />
    </div>
  );
}
