import { OrderSkeleton } from "#components/orders/order-skeleton";

export default function LoadingOrderForm() {
  return <OrderSkeleton />;
}
