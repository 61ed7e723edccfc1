//! The journey's own words. What carries reasons of the product comes from the core.

use crate::Lang;

/// Sentences with `{}` for [`fill`].
pub struct Words {
    pub report: &'static str,
    pub expected: &'static str,
    pub came: &'static str,
    pub story_day: &'static str,
    pub open: (&'static str, &'static str),
    pub sign_in: (&'static str, &'static str),
    pub scan: (&'static str, &'static str),
    pub scanning: &'static str,
    pub already_known: &'static str,
    pub no_receipt: &'static str,
    pub unreadable: &'static str,
    pub offline: (&'static str, &'static str),
    pub survived: (&'static str, &'static str),
    pub online: (&'static str, &'static str),
    pub draining: &'static str,
    pub verdicts: (&'static str, &'static str),
    pub verifying: &'static str,
    pub rejected: (&'static str, &'static str),
    pub appealed: (&'static str, &'static str),
    pub appeal: &'static str,
    pub appeal_answer: &'static str,
    pub told: (&'static str, &'static str),
    pub month: &'static str,
    pub rules: (&'static str, &'static str),
    pub rules_story: &'static str,
    pub reminders: (&'static str, &'static str),
    pub reminders_story: &'static str,
    pub returned: (&'static str, &'static str),
    pub once: (&'static str, &'static str),
    pub tier: (&'static str, &'static str),
    pub feed_before: (&'static str, &'static str),
    pub feed_after: (&'static str, &'static str),
    pub ticket: (&'static str, &'static str),
    pub card: (&'static str, &'static str),
    pub wallet: (&'static str, &'static str),
    pub home: (&'static str, &'static str),
    pub pass_good: &'static str,
    pub pass_checked: &'static str,
    pub pass_changed: &'static str,
    pub pass_other_member: &'static str,
    pub pass_cut: &'static str,
    pub google_link: &'static str,
    pub google_checked: &'static str,
    pub no_kind: &'static str,
    pub kinds: [&'static str; 4],
    pub card_active: &'static str,
    pub card_blocked: &'static str,
    pub operation_sale: &'static str,
    pub operation_return: &'static str,
    pub operation_other: &'static str,
    pub timing_scan: &'static str,
    pub timing_slowest_scan: &'static str,
    pub timing_capture: &'static str,
    pub timing_journey: &'static str,
}

impl Words {
    pub const fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::Ru => &RU,
            Lang::En => &EN,
        }
    }
}

/// Puts `values` into the `{}` of `template`, in their order.
pub fn fill(template: &str, values: &[&str]) -> String {
    let mut parts = template.split("{}");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (place, part) in parts.enumerate() {
        text.push_str(values.get(place).copied().unwrap_or_default());
        text.push_str(part);
    }
    text
}

const RU: Words = Words {
    report: "Страница об этом пути:",
    expected: "ожидалось:",
    came: "получено: ",
    story_day: "14 марта 2026",
    open: ("Галерея открыта, приложение запущено", "своя база галереи на {}; member.db и cache.db в папке участника"),
    sign_in: ("Вход по телефону и коду", "уровень «{}». {}"),
    scan: ("Снимки прочитаны", "{}: сохранены и ждут отправки. Один чек уже был, снимков со своей причиной: {}"),
    scanning: "сканер читает снимки",
    already_known: "этот чек уже сохранён",
    no_receipt: "Не чек",
    unreadable: "Не прочитан",
    offline: (
        "Связи нет, приложение убито",
        "{} и заявки на два события сохранены без сети процессом, который затем остановлен сигналом {}",
    ),
    survived: ("Ничего не потеряно", "следующий запуск видит в очереди {} и обе заявки"),
    online: ("Связь вернулась, очередь ушла сама", "{} на проверке, в очереди {}"),
    draining: "очередь уходит",
    verdicts: ("Налоговая служба ответила", "{} в зачёте, на {}"),
    verifying: "налоговая служба проверяет",
    rejected: ("Один чек не засчитан", "{} {}"),
    appealed: ("Обращение в одно касание", "ушло с\u{a0}тем же снимком, без\u{a0}данных о\u{a0}съёмке; ответ: «{}» {}"),
    appeal: "Мне кажется, это чек из\u{a0}вашей галереи.",
    appeal_answer: "Посмотрели на\u{a0}снимок: этот магазин не\u{a0}наш.",
    told: ("История чека и месяца", "{} {}"),
    month: "{}: {}, в\u{a0}зачёте {}.",
    rules: ("Правила с числами, без связи", "версия {}, пунктов: {}. {}"),
    rules_story: "Из\u{a0}того\u{a0}же документа, по\u{a0}которому считает приложение.",
    reminders: ("Напоминания для телефона", "{}: «{}»"),
    reminders_story: "Приложение само заводит их и\u{a0}отменяет, когда они перестают быть правдой.",
    returned: ("Возврат связан с покупкой", "сначала: «{}» После стойки: из зачёта снято {}"),
    once: ("Дважды снятый чек учтён один раз", "у галереи {}, каждый по одному разу"),
    tier: ("Уровень «{}»", "в зачёте {}. {}"),
    feed_before: ("Лента для первого уровня", "новостей: {}; ни одной для других уровней"),
    feed_after: ("Лента нового уровня", "новостей: {}; появилась «{}»"),
    ticket: ("Место на событии подтверждено", "билет {}. Второе событие: {}"),
    card: ("Карта с кодом, без сети", "карта {}, код сканер читает обратно"),
    wallet: ("Карта для кошельков проверена", "настоящая принята, подделок отвергнуто: {}"),
    home: ("Первый экран одним снимком", "уровень «{}», новостей: {}, ближайшее событие: «{}»"),
    pass_good: "Карта Apple Wallet от галереи",
    pass_checked: "Подпись, состав, номер и уровень проверены: карту можно добавить.",
    pass_changed: "Подделка: изменена сумма",
    pass_other_member: "Подделка: карта другого участника",
    pass_cut: "Подделка: оборванный файл",
    google_link: "Ссылка Google Кошелька",
    google_checked: "Адрес, длина и содержимое проверены: ссылку можно открыть.",
    no_kind: "Новость",
    kinds: ["Событие", "Личная скидка", "Привилегия", "Новость"],
    card_active: "Действует",
    card_blocked: "Заблокирована",
    operation_sale: "покупка",
    operation_return: "возврат покупки",
    operation_other: "другая операция",
    timing_scan: "Прочитать один снимок, в среднем",
    timing_slowest_scan: "Прочитать самый трудный снимок",
    timing_capture: "Сохранить чек на диск, в среднем",
    timing_journey: "Весь путь",
};

const EN: Words = Words {
    report: "A page about this journey:",
    expected: "expected:",
    came: "came:    ",
    story_day: "14 March 2026",
    open: (
        "The gallery is open, the app has started",
        "the gallery's own database at {}; member.db and cache.db in the member's folder",
    ),
    sign_in: ("Signed in by phone and code", "tier {}. {}"),
    scan: (
        "The photographs are read",
        "{} saved and waiting to be sent. One was known; photographs with a reason of their own: {}",
    ),
    scanning: "the scanner reads photographs",
    already_known: "this receipt is saved already",
    no_receipt: "No receipt",
    unreadable: "Not read",
    offline: (
        "No network, and the app is killed",
        "{} and requests for two events saved offline by a process that was then ended by {}",
    ),
    survived: ("Nothing is lost", "the next start finds {} and both requests in the queue"),
    online: ("The network is back, the queue went by itself", "{} being verified, {} in the queue"),
    draining: "the queue drains",
    verdicts: ("The tax service has answered", "{} count, {}"),
    verifying: "the tax service verifies",
    rejected: ("One receipt does not count", "{} {}"),
    appealed: (
        "An appeal in one tap",
        "it went with the same picture, without a word of where it was taken; the answer: “{}” {}",
    ),
    appeal: "I think this receipt is from your gallery.",
    appeal_answer: "We have looked at the picture: this shop is not ours.",
    told: ("The story of a receipt and of a month", "{} {}"),
    month: "{}: {}, {} counts.",
    rules: ("Rules with numbers, offline", "version {}, {} sentences. {}"),
    rules_story: "From the very document that the app counts by.",
    reminders: ("Reminders for the phone", "{}: “{}”"),
    reminders_story: "The app schedules them by itself, and cancels what is no longer true.",
    returned: ("A return is linked to its purchase", "at first: “{}” After the desk: {} no longer counts"),
    once: ("A receipt taken twice counts once", "the gallery has {}, each of them once"),
    tier: ("The tier is {}", "{} counts. {}"),
    feed_before: ("The first tier's feed", "{} items; none for other tiers"),
    feed_after: ("The new tier's feed", "{} items; “{}” has appeared"),
    ticket: ("A place at the event is confirmed", "ticket {}. The other event: {}"),
    card: ("The card with its code, offline", "card {}, and the scanner reads its code back"),
    wallet: ("The card for wallets is verified", "the genuine one accepted, {} forgeries refused"),
    home: ("The first screen in one snapshot", "tier {}, {} items of news, next event: {}"),
    pass_good: "The gallery's Apple Wallet pass",
    pass_checked: "Signature, content, number and tier are verified: it may be added.",
    pass_changed: "Forged: a changed amount",
    pass_other_member: "Forged: another member's pass",
    pass_cut: "Forged: a file cut short",
    google_link: "The Google Wallet link",
    google_checked: "Address, length and content are checked: it may be opened.",
    no_kind: "News",
    kinds: ["Event", "Personal discount", "Privilege", "News"],
    card_active: "Active",
    card_blocked: "Blocked",
    operation_sale: "sale",
    operation_return: "return of a sale",
    operation_other: "another operation",
    timing_scan: "Reading one photograph, on average",
    timing_slowest_scan: "Reading the hardest photograph",
    timing_capture: "Saving a receipt to the disk, on average",
    timing_journey: "The whole journey",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_their_places() {
        assert_eq!(fill("{} and {}.", &["a", "{}"]), "a and {}.");
        assert_eq!(fill("{} and {}", &["a"]), "a and ");
        assert_eq!(fill("none", &["a"]), "none");
    }
}
