//! Texts that a member reads and that carry numbers, dates or reasons, in Russian and English (Fluent), so that
//! both shells say the same. Pure: the resources are compiled in.

mod format;

use std::{
    fmt,
    sync::{Arc, LazyLock},
};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::{LanguageIdentifier, langid};

/// A language of the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Russian.
    #[default]
    Ru,
    /// English.
    En,
}

impl Language {
    /// The language's tag (BCP 47), as in `Accept-Language` and in the programme's rules.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::Ru => langid!("ru"),
            Self::En => langid!("en"),
        }
    }

    const fn source(self) -> &'static str {
        match self {
            Self::Ru => include_str!("../../locales/ru.ftl"),
            Self::En => include_str!("../../locales/en.ftl"),
        }
    }

    /// Parsed once in a process.
    fn resource(self) -> Arc<FluentResource> {
        static RU: LazyLock<Arc<FluentResource>> = LazyLock::new(|| parsed(Language::Ru.source()));
        static EN: LazyLock<Arc<FluentResource>> = LazyLock::new(|| parsed(Language::En.source()));
        Arc::clone(match self {
            Self::Ru => &RU,
            Self::En => &EN,
        })
    }
}

/// Broken entries are skipped by Fluent's own recovery; a test holds the resources to be without any.
fn parsed(source: &str) -> Arc<FluentResource> {
    Arc::new(FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource))
}

/// The texts of one language.
pub struct Texts {
    language: Language,
    bundle: FluentBundle<Arc<FluentResource>>,
}

impl Texts {
    /// The texts in `language`.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
        // Isolation marks are for mixed directions, which these texts do not have; shells would show them as boxes.
        bundle.set_use_isolating(false);
        let _duplicates_are_held_off_by_a_test = bundle.add_resource(language.resource());
        Self { language, bundle }
    }

    /// Which language these are.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The text `id` without arguments; `None` where this version has none.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<String> {
        self.format(id, None)
    }

    /// The text `id` with `arguments`; numbers choose plural forms, texts stand as they are.
    /// The id itself where this version has no such text.
    #[must_use]
    pub fn text(&self, id: &str, arguments: &[(&str, Argument<'_>)]) -> String {
        let mut values = FluentArgs::with_capacity(arguments.len());
        for (name, argument) in arguments {
            values.set(*name, argument.value());
        }
        self.format(id, Some(&values)).unwrap_or_else(|| id.to_owned())
    }

    fn format(&self, id: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(id)?.value()?;
        let mut errors = Vec::new();
        Some(self.bundle.format_pattern(pattern, arguments, &mut errors).into_owned())
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Texts({})", self.language.tag())
    }
}

/// An argument of a text.
#[derive(Clone, Copy, Debug)]
pub enum Argument<'a> {
    /// A count: chooses the plural form.
    Count(i64),
    /// A ready text: an amount, a date, a name.
    Text(&'a str),
}

impl Argument<'_> {
    fn value(&self) -> FluentValue<'_> {
        match *self {
            Self::Count(count) => FluentValue::from(count),
            Self::Text(text) => FluentValue::from(text),
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
