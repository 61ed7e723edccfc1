//! The contract's closed lists of words, the same in JSON and in the database.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $name { $($variant),+ }

        impl $name {
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];

            pub(crate) fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            pub(crate) fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.word() == word)
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.word().into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                Self::parse(value.as_str()?).ok_or(FromSqlError::InvalidType)
            }
        }
    };
}

words! {
    /// What the till did.
    ReceiptOperation {
        Sale = "sale",
        SaleReturn = "sale_return",
        Payout = "payout",
        PayoutReturn = "payout_return",
    }
}

words! {
    /// Where a receipt stands. `reversed`: wholly returned.
    ReceiptState {
        Pending = "pending",
        Credited = "credited",
        Rejected = "rejected",
        Reversed = "reversed",
    }
}

words! {
    /// Why a receipt is rejected, refused or, for `return_unlinked`, waits for the reception.
    ReceiptReason {
        NotThisGallery = "not_this_gallery",
        TooOld = "too_old",
        AlreadyCounted = "already_counted",
        CountedByAnother = "counted_by_another",
        ReturnUnlinked = "return_unlinked",
        BelowMinimum = "below_minimum",
        ExcludedCategory = "excluded_category",
        NotFound = "not_found",
        DataDiffer = "data_differ",
        UnsupportedOperation = "unsupported_operation",
    }
}

words! {
    /// Who registered a receipt, and how.
    ReceiptSource {
        Scanned = "scanned",
        Manual = "manual",
        Reception = "reception",
    }
}

words! {
    /// How far an appeal has come.
    AppealState {
        Open = "open",
        Accepted = "accepted",
        Declined = "declined",
    }
}

words! {
    /// Where a registration for an event stands.
    RegistrationState {
        Confirmed = "confirmed",
        Cancelled = "cancelled",
    }
}

words! {
    /// What personal data are used for, with a consent of its own for each.
    ConsentPurpose {
        Processing = "processing",
        Advertising = "advertising",
        Analytics = "analytics",
    }
}

words! {
    /// What is wrong with a forged pass or link, and nothing else is.
    Forgery {
        ChangedAmount = "changed_amount",
        OtherMember = "other_member",
        WrongTier = "wrong_tier",
        WrongType = "wrong_type",
        WrongTeam = "wrong_team",
        WrongSerial = "wrong_serial",
        Expired = "expired",
        Voided = "voided",
        ExtraFile = "extra_file",
        MissingFile = "missing_file",
        Stranger = "stranger",
        NoSignature = "no_signature",
        CutZip = "cut_zip",
        NotAZip = "not_a_zip",
        Bomb = "bomb",
        PathTraversal = "path_traversal",
        DuplicateEntry = "duplicate_entry",
        HttpService = "http_service",
        GoogleOtherHost = "google_other_host",
        GoogleTooLong = "google_too_long",
        GoogleNotAJwt = "google_not_a_jwt",
    }
}

words! {
    /// Whether an entry exists for the programme. Only credited ones count.
    EntryState {
        Credited = "credited",
        Pending = "pending",
        Rejected = "rejected",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_the_database_use_the_same_words() {
        for reason in ReceiptReason::ALL {
            assert_eq!(serde_json::json!(reason), reason.word());
        }
        for operation in ReceiptOperation::ALL {
            assert_eq!(serde_json::json!(operation), operation.word());
        }
        for state in ReceiptState::ALL {
            assert_eq!(serde_json::json!(state), state.word());
        }
        for source in ReceiptSource::ALL {
            assert_eq!(serde_json::json!(source), source.word());
        }
        for state in AppealState::ALL {
            assert_eq!(serde_json::json!(state), state.word());
        }
        for state in RegistrationState::ALL {
            assert_eq!(serde_json::json!(state), state.word());
        }
        for purpose in ConsentPurpose::ALL {
            assert_eq!(serde_json::json!(purpose), purpose.word());
        }
        for forgery in Forgery::ALL {
            assert_eq!(serde_json::json!(forgery), forgery.word());
        }
        for state in EntryState::ALL {
            assert_eq!(serde_json::json!(state), state.word());
        }
    }
}
