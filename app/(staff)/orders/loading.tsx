import { OrderListHead } from "#components/orders/order-list-head";
import { SkeletonRows } from "#components/skeleton-rows";

/** The rows wait 150 ms before they appear: a fast answer shows no placeholder at all. */
export default function LoadingOrders() {
  return (
    <div aria-busy="true">
      <OrderListHead mayCreate={false} />
      <div className="orders-loading">
        <SkeletonRows rows={18} />
      </div>
    </div>
  );
}
