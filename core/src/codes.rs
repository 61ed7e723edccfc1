//! Enums that travel as codes. A newer server may send codes that this version does not know: they decode to
//! `Unknown`, never to an error.

macro_rules! coded_enum {
    ($(#[$doc:meta])* $vis:vis enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(from = "String", into = "&'static str")]
        $vis enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// Of a newer version than this one.
            Unknown,
        }

        impl $name {
            /// Every value that this version knows.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant,)+];

            /// The code in JSON, SQL and text identifiers.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Unknown => "unknown",
                }
            }

            /// The value of a code.
            #[must_use]
            pub fn of_code(code: &str) -> Self {
                match code {
                    $($code => Self::$variant,)+
                    _ => Self::Unknown,
                }
            }
        }

        impl From<String> for $name {
            fn from(code: String) -> Self {
                Self::of_code(&code)
            }
        }

        impl From<$name> for &'static str {
            fn from(value: $name) -> Self {
                value.code()
            }
        }
    };
}

pub(crate) use coded_enum;
