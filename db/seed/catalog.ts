import { customers, items } from "#db/schema/catalog";
import type { CustomerId, ItemId } from "#lib/domain/ids";
import { createCustomer } from "#lib/workflows/save-customer";
import { createItem } from "#lib/workflows/save-item";
import type { Actor, World } from "#lib/workflows/world";

/** Buyers of a tool trader: shops, workshops and building firms from all over Ukraine. */
const CUSTOMERS = [
  ["ТОВ «Будмайстер Плюс»", "zakupivli@budmaister.example", "+380501112233", "38765412"],
  ["ФОП Кравченко Олександр Петрович", "kravchenko.op@ukrmail.example", "+380672223344", "2987654321"],
  ["ТОВ «Карпати Деревообробка»", "office@karpaty-wood.example", "+380343556677", "40123987"],
  ["ПП «Слобожанський Дім»", "sklad@slobodim.example", "+380577889900", "35671234"],
  ["ТОВ «Полтава Метал»", "metal@poltava-metal.example", "+380532445566", "37998811"],
  ["ФОП Шевчук Марія Іванівна", "shevchuk.mi@ukrmail.example", "+380935557788", "3123456789"],
  ["ТОВ «Одеса Порт Сервіс»", "service@odesaport.example", "+380487001020", "39456123"],
  ["ТОВ «Київ Монтаж Груп»", "tender@kyivmontage.example", "+380442003040", "42001987"],
  ["КП «Тепломережі Черкас»", "post@teplo-ck.example", "+380472334455", "02082522"],
  ["ФОП Бойко Андрій Вікторович", "boiko.av@ukrmail.example", "+380661239876", "2876543210"],
  ["ТОВ «Захід Агро Техніка»", "parts@zahid-agro.example", "+380332778899", "41555777"],
  ["Melnyk & Sons Workshop", "hello@melnyk-sons.example", "+380985550011", null],
] as const;

/** Article, name, unit, price in hryvnias with VAT. */
const ITEMS = [
  ["DR-18V", "Дриль-шуруповерт акумуляторний 18 В, 2 батареї", "шт", 4_899],
  ["PF-1500", "Перфоратор SDS-plus 1500 Вт", "шт", 6_450],
  ["BK-125", "Кутова шліфмашина 125 мм, 1200 Вт", "шт", 2_790],
  ["BK-230", "Кутова шліфмашина 230 мм, 2400 Вт", "шт", 4_350],
  ["LZ-600", "Лобзик електричний 600 Вт", "шт", 2_190],
  ["CP-190", "Пилка циркулярна 190 мм", "шт", 3_680],
  ["TR-255", "Пилка торцювальна 255 мм", "шт", 9_990],
  ["FN-2000", "Фен технічний 2000 Вт", "шт", 1_340],
  ["KP-50", "Компресор 50 л, 2 кВт", "шт", 8_750],
  ["GN-3000", "Генератор бензиновий 3 кВт", "шт", 21_900],
  ["ZV-250", "Зварювальний інвертор 250 А", "шт", 7_480],
  ["LR-4", "Лазерний рівень, 4 площини", "шт", 5_260],
  ["NK-108", "Набір ключів і головок, 108 предметів", "набір", 3_150],
  ["BT-SDS10", "Бур SDS-plus 10×160 мм", "шт", 96],
  ["DK-125", "Диск відрізний по металу 125×1,0 мм", "шт", 24],
  ["DK-230", "Диск алмазний 230 мм, бетон", "шт", 1_180],
  ["EL-3", "Електроди 3 мм, 5 кг", "пач", 640],
  ["RK-L", "Рукавиці робочі, розмір L", "пар", 58],
  ["OK-1", "Окуляри захисні прозорі", "шт", 135],
  ["BX-20", 'Ящик для інструменту 20"', "шт", 890],
] as const;

export type Catalog = { customers: CustomerId[]; items: { id: ItemId; name: string; priceMinor: bigint }[] };

/** Makes the catalogue where there is none yet. */
export async function seedCatalog(
  world: World,
  admin: Actor,
  count: { customers: number; items: number } = { customers: CUSTOMERS.length, items: ITEMS.length },
): Promise<Catalog> {
  if ((await world.db.select({ id: customers.id }).from(customers).limit(1)).length === 0)
    for (const [name, email, phone, taxId] of CUSTOMERS.slice(0, count.customers))
      await createCustomer(world, admin, {
        name,
        email,
        phone,
        language: name.startsWith("Melnyk") ? "en" : "uk",
        taxId,
        note: null,
      });
  if ((await world.db.select({ id: items.id }).from(items).limit(1)).length === 0)
    for (const [sku, name, unit, price] of ITEMS.slice(0, count.items))
      await createItem(world, admin, {
        sku,
        name,
        unit,
        unitPrice: { amount: price * 100, currency: "UAH" },
        vatPercent: "20",
        active: true,
      });
  const buyers = await world.db.select({ id: customers.id }).from(customers).orderBy(customers.createdAt, customers.id);
  const goods = await world.db.select().from(items).orderBy(items.createdAt, items.id);
  return {
    customers: buyers.map(({ id }) => id),
    items: goods.map(({ id, name, unitPriceMinor }) => ({ id, name, priceMinor: unitPriceMinor })),
  };
}
