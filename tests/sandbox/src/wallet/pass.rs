//! What a pass says, and the files it is made of.

use serde_json::{Value, json};

use super::archive::Entry;
use super::{PASS_TYPE, TEAM};
use crate::picture;
use crate::texts::Texts;

/// What a pass says of its member.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    pub(crate) card_id: String,
    pub(crate) number: String,
    pub(crate) tier: String,
    pub(crate) tier_name: Texts,
    /// The text of the code.
    pub(crate) message: String,
    pub(crate) serial: String,
    /// What counts for the tier.
    pub(crate) sum_kopecks: i64,
    /// With which a wallet asks for news of the pass.
    pub(crate) token: String,
}

/// The labels and texts of a pass, by the word that stands for each in `pass.json`.
const STRINGS: [(&str, &str, &str); 9] = [
    ("card_description", "Карта программы VREMENA GODA", "VREMENA GODA programme card"),
    ("sum_label", "Покупки за год", "Purchases within a year"),
    ("tier_label", "Уровень", "Tier"),
    ("number_label", "Карта", "Card"),
    ("hours_label", "Часы работы", "Opening hours"),
    ("hours", "Ежедневно с 10 до 22", "Daily from 10 a.m. to 10 p.m."),
    ("address_label", "Адрес", "Address"),
    ("address", "Москва, Кутузовский проспект", "Kutuzovsky prospekt, Moscow"),
    ("terms_label", "Правила программы", "Terms of the programme"),
];

/// `pass.json`.
pub(crate) fn json(holder: &Holder) -> Value {
    json!({
        "formatVersion": 1,
        "passTypeIdentifier": PASS_TYPE,
        "teamIdentifier": TEAM,
        "serialNumber": holder.serial,
        "organizationName": "VREMENA GODA",
        "description": "card_description",
        "logoText": "VREMENA GODA",
        "foregroundColor": "rgb(255, 255, 255)",
        "labelColor": "rgb(243, 201, 139)",
        "backgroundColor": "rgb(43, 35, 80)",
        "sharingProhibited": true,
        "storeCard": {
            "primaryFields": [{
                "key": "sum", "label": "sum_label", "value": holder.sum_kopecks as f64 / 100.0, "currencyCode": "RUB",
            }],
            // The id stands for its name, as the labels do.
            "secondaryFields": [{"key": "tier", "label": "tier_label", "value": holder.tier}],
            "auxiliaryFields": [{"key": "number", "label": "number_label", "value": holder.number}],
            "backFields": [
                {"key": "hours", "label": "hours_label", "value": "hours"},
                {"key": "address", "label": "address_label", "value": "address"},
                {"key": "terms", "label": "terms_label", "value": "https://vremenagoda.example/programme"},
            ],
        },
        "barcodes": [{
            "format": "PKBarcodeFormatQR", "message": holder.message, "messageEncoding": "utf-8",
            "altText": holder.number,
        }],
        "webServiceURL": "https://wallet.vremenagoda.example/passes/",
        "authenticationToken": holder.token,
        "userInfo": {"card_number": holder.number, "tier": holder.tier},
    })
}

/// Every file but the manifest and the signature, `pass.json` first.
pub(crate) fn files(pass: &Value, holder: &Holder) -> Vec<Entry> {
    let russian = STRINGS.map(|(word, russian, _)| (word, russian));
    let english = STRINGS.map(|(word, _, english)| (word, english));
    vec![
        Entry::new("pass.json", pass.to_string().as_bytes()),
        Entry::new("icon.png", &picture::leaf(29, 29)),
        Entry::new("icon@2x.png", &picture::leaf(58, 58)),
        Entry::new("logo.png", &picture::leaf(160, 50)),
        Entry::new("ru.lproj/pass.strings", strings(&russian, &holder.tier, &holder.tier_name.ru).as_bytes()),
        Entry::new("en.lproj/pass.strings", strings(&english, &holder.tier, &holder.tier_name.en).as_bytes()),
    ]
}

fn strings(texts: &[(&str, &str)], tier: &str, tier_name: &str) -> String {
    let quoted = |text: &str| text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
    let line = |(word, text): &(&str, &str)| format!("\"{}\" = \"{}\";\n", quoted(word), quoted(text));
    texts.iter().chain([&(tier, tier_name)]).map(line).collect()
}
