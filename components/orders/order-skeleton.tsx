import { SkeletonRows } from "#components/skeleton-rows";

/** The order page before its facts are there: the same two columns, so nothing jumps when they come. */
export function OrderSkeleton() {
  return (
    <div className="order" aria-busy="true">
      <div className="page-head" />
      <div className="order-body">
        <div className="order-side">
          <SkeletonRows rows={6} />
        </div>
        <div className="order-main">
          <SkeletonRows rows={9} />
        </div>
      </div>
    </div>
  );
}
