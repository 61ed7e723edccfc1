//! Rules that verdicts refer to, and that were in force before this phone knew the programme.

use ::http::StatusCode;

use super::{KeepFault, Sync, conditional, resources::Failure};
use crate::{
    http::{Answer, ApiRequest, Fault, TransportError},
    ids::MemberId,
    ports::LogLevel,
    programme,
};

const DOCUMENT: &str = "rules-of-verdicts";
/// A gallery that names another version with each receipt must not keep the phone busy.
const MOST_AT_ONCE: usize = 20;

impl Sync {
    /// Pulls the rules that verdicts of `member` name and that are not here. Where the gallery does not have them, or
    /// they cannot be read, this version of the app asks no more; any other failure is made good when the rules are
    /// pulled the next time, and fails nothing else: nobody waits for an old text.
    pub(super) async fn pull_rules_of_verdicts(&self, member: &MemberId) -> Result<bool, Failure> {
        let owner = member.clone();
        let missing = self.storage.member.read(move |tx| programme::store::missing_rules(tx, &owner)).await?;
        let (mut changed, mut asked) = (false, 0);
        for version in missing {
            let resource = asked_in_vain(version);
            if asked == MOST_AT_ONCE
                || self.missed(conditional::etag(&self.storage.cache, &resource).await).flatten().is_some()
            {
                continue;
            }
            asked += 1;
            let request = ApiRequest::get(format!("/v1/programme/rules/{version}"));
            let is_in_vain = match self.session.call_open(&request).await {
                Answer::Success(success) => {
                    let kept = self.keep(member, move |tx, _| programme::keep_version(tx, version, &success));
                    match kept.await {
                        Ok(kept) => {
                            changed |= kept;
                            false
                        }
                        Err(KeepFault::Form) => true,
                        Err(KeepFault::Refused(faults)) => {
                            self.tell_refused(DOCUMENT, faults);
                            true
                        }
                        Err(KeepFault::Storage(error)) => return Err(error.into()),
                    }
                }
                Answer::Problem(problem, _) if problem.status == StatusCode::NOT_FOUND => true,
                Answer::Failed(Fault::Transport(TransportError::TooLarge)) => true,
                answer => match Failure::of(answer) {
                    Failure::This(error) => {
                        self.tell(LogLevel::Info, "rules-missed", error.code());
                        false
                    }
                    all @ Failure::All(_) => return Err(all),
                },
            };
            if is_in_vain {
                // With the cache this is forgotten too: asking once more then does no harm.
                self.missed(self.storage.cache.write(move |tx| conditional::keep(tx, &resource, "", &[])).await);
            }
        }
        if changed {
            self.changes.ring();
        }
        Ok(changed)
    }
}

/// Marks in the cache that there is no use in asking. A newer version of the app may read more.
fn asked_in_vain(version: u32) -> String {
    format!("rules {version} {}", env!("CARGO_PKG_VERSION"))
}
