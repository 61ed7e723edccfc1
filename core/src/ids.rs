//! Identifiers that cross layers. Texts of the server are opaque: compared, stored, never taken apart.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        // Identifiers lead to a person, and `Debug` ends in logs.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

text_id! {
    /// A member of the programme: survives a change of card, phone or account.
    MemberId
}

text_id! {
    /// A receipt, as the server names it.
    ReceiptId
}

text_id! {
    /// A tier of the programme's rules, for instance `leto`.
    TierId
}

text_id! {
    /// An event of the gallery.
    EventId
}

text_id! {
    /// An appeal, as the phone that made it names it.
    AppealId
}

text_id! {
    /// An item of the feed.
    FeedItemId
}

text_id! {
    /// A reminder with all that it says.
    ReminderId
}
