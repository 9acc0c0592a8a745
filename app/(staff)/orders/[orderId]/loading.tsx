import { OrderSkeleton } from "#components/orders/order-skeleton";

export default function LoadingOrder() {
  return <OrderSkeleton />;
}
