-- Search that works alike on every server. pg_trgm takes its letters from the server's locale, and under "C" (the embedded
-- cluster, many containers) Cyrillic has none: a search by name would read everything. So what is searched is folded to
-- plain Latin first, on both sides. By the way, a name is found in either alphabet: `melnyk` finds Мельник.

-- Words in lower case, Cyrillic romanised, marks and apostrophes dropped, punctuation a space; one space in front, so that
-- '% ab%' means "a word begins with ab" (which trigrams can answer from the first letter on).
create function search_fold(given text) returns text language sql immutable parallel safe as $$
  select ' ' || translate(
    replace(replace(replace(replace(replace(replace(replace(replace(replace(
      translate(lower(given), 'АБВГҐДЕЄЁЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЪЫЭЮЯ', 'абвгґдеєёжзиіїйклмнопрстуфхцчшщьъыэюя'),
      'щ', 'shch'), 'ж', 'zh'), 'х', 'kh'), 'ц', 'ts'), 'ч', 'ch'), 'ш', 'sh'), 'ю', 'iu'), 'я', 'ia'), 'є', 'ie'),
    'абвгґдеёзиіїйклмнопрстуфыэyàáâãäåąćčçďéèêëęěíîïłľñńňóòôõöőøřśšťúùûüűůýžźż«»„“”"+_%\(){}[]<>,;:!?*/|&#№=~ьъ''’ʼ`',
    'abvhgdeeziiiiklmnoprstufieiaaaaaaacccdeeeeeeiiillnnnooooooorsstuuuuuuizzz                               ')
$$;
--> statement-breakpoint

-- What an order is found by, kept by the database so that no writer can forget it.
create function order_search_text(number text, customer text, external_reference text) returns text language sql stable as $$
  select search_fold(concat_ws(' ', number, external_reference, c.name, c.phone))
  from (select 1) one left join customers c on c.id = customer
$$;
--> statement-breakpoint
create function order_searchable() returns trigger language plpgsql as $$
begin
  new.search_text := order_search_text(new.number, new.customer_id, new.external_reference);
  return new;
end $$;
--> statement-breakpoint
create trigger order_searchable before insert or update of search_text, number, customer_id, external_reference
  on sales_orders for each row execute function order_searchable();
--> statement-breakpoint
create function customer_renamed() returns trigger language plpgsql as $$
begin
  update sales_orders set search_text = '' where customer_id = new.id;
  return null;
end $$;
--> statement-breakpoint
create trigger customer_renamed after update of name, phone on customers for each row
  when ((old.name, old.phone) is distinct from (new.name, new.phone)) execute function customer_renamed();
--> statement-breakpoint
update sales_orders set search_text = '';
--> statement-breakpoint

drop index customers_search;
--> statement-breakpoint
alter table customers add column search_text text generated always as
  (search_fold(name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(tax_id, ''))) stored;
--> statement-breakpoint
create index customers_search on customers using gin (search_text gin_trgm_ops);
--> statement-breakpoint
drop index items_search;
--> statement-breakpoint
alter table items add column search_text text generated always as (search_fold(sku || ' ' || name)) stored;
--> statement-breakpoint
create index items_search on items using gin (search_text gin_trgm_ops);
--> statement-breakpoint
create index items_sku_id on items (sku, id);
--> statement-breakpoint

-- The ready views of the order list. Each predicate is written in db/queries/order-views.ts word for word.
create index sales_orders_todo on sales_orders (created_at desc, id desc) where needs_review
  or (released_at is not null and cancelled_at is null and shipped <> 'fully'
      and (accepted or payment_state is null or payment_state not in ('creating', 'pending', 'processing')));
--> statement-breakpoint
create index sales_orders_partly_shipped on sales_orders (created_at desc, id desc) where shipped = 'partly';
--> statement-breakpoint
create index sales_orders_held on sales_orders (created_at desc, id desc) where held_minor > 0;
--> statement-breakpoint

-- The transaction list: by service, by what the bank calls it, by amount, by what runs out first.
create index payments_service on payments (service_id, created_at desc, id desc) where deleted_at is null;
--> statement-breakpoint
create index payments_review on payments (created_at desc, id desc) where needs_review and deleted_at is null;
--> statement-breakpoint
create index payments_provider_payment on payments (provider_payment_id) where provider_payment_id is not null;
--> statement-breakpoint
create index payments_rrn on payments ((details ->> 'rrn')) where details ? 'rrn';
--> statement-breakpoint
create index payments_approval on payments ((details ->> 'approvalCode')) where details ? 'approvalCode';
--> statement-breakpoint
create index payments_amount on payments (amount_minor desc, id desc) where deleted_at is null;
--> statement-breakpoint
create index payments_deadline on payments ((case
    when state = 'withholding' then hold_expires_at
    when state in ('creating', 'pending', 'processing') then expires_at end), id)
  where deleted_at is null and state in ('withholding', 'creating', 'pending', 'processing');
