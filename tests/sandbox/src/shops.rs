use crate::seed::Seed;

/// A shop of the gallery. All of them are invented.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shop {
    pub(crate) name: &'static str,
    pub(crate) category: &'static str,
}

const SHOPS: [Shop; 12] = [
    Shop { name: "Дом Ларионовых", category: "fashion" },
    Shop { name: "Atelier Verba", category: "fashion" },
    Shop { name: "Северный шёлк", category: "fashion" },
    Shop { name: "Ювелирная мастерская Гранат", category: "jewellery" },
    Shop { name: "Argentum & Sons", category: "jewellery" },
    Shop { name: "Лаборатория Флора", category: "beauty" },
    Shop { name: "Maison Iris", category: "beauty" },
    Shop { name: "Ресторан Кутузовка", category: "restaurants" },
    Shop { name: "Кофейня Полдень", category: "restaurants" },
    Shop { name: "Дом и очаг", category: "home" },
    Shop { name: "Химчистка Белый лист", category: "services" },
    Shop { name: "Детская Колибри", category: "kids" },
];

/// The shop a receipt is from when nobody said otherwise.
pub(crate) fn of_receipt(seed: Seed, identity: &[&str]) -> Shop {
    let index = seed.draw("shop", identity) % SHOPS.len() as u64;
    SHOPS.get(index as usize).copied().unwrap_or(SHOPS[0])
}
