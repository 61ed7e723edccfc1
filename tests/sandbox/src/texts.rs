use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A text in both languages.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Texts {
    pub(crate) ru: String,
    pub(crate) en: String,
}

impl Texts {
    pub(crate) fn new(ru: &str, en: &str) -> Self {
        Self { ru: ru.to_owned(), en: en.to_owned() }
    }
}

/// The ids of the tiers something is for; empty: everybody.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(example = json!(["leto", "osen"]))]
pub(crate) struct Audience(pub(crate) Vec<String>);

impl Audience {
    pub(crate) fn fits(&self, tier: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|wanted| wanted == tier)
    }
}
