use serde_json::{Value, json};

/// A tier's requirement.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Need {
    AllOf(Vec<Need>),
    AnyOf(Vec<Need>),
    AtLeast(Metric, i64),
    /// None, or none that can be read. It never holds.
    Unknown,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Metric {
    Sum,
    Visits,
    Receipts,
    Points,
    CategorySum(String),
}

impl Need {
    pub(super) fn read(require: &Value) -> Self {
        let several = |name: &str| {
            let needs = require.get(name)?.as_array()?;
            (!needs.is_empty()).then(|| needs.iter().map(Self::read).collect())
        };
        if let Some(needs) = several("all_of") {
            Self::AllOf(needs)
        } else if let Some(needs) = several("any_of") {
            Self::AnyOf(needs)
        } else {
            let at_least = require.get("at_least").and_then(Value::as_i64);
            Metric::read(require).zip(at_least).map_or(Self::Unknown, |(metric, least)| Self::AtLeast(metric, least))
        }
    }

    /// Whether it holds, by what `reached` says of each metric.
    pub(super) fn holds<'a, E>(&'a self, reached: &impl Fn(&'a Metric) -> Result<i64, E>) -> Result<bool, E> {
        match self {
            Self::AllOf(needs) => {
                for need in needs {
                    if !need.holds(reached)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::AnyOf(needs) => {
                for need in needs {
                    if need.holds(reached)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::AtLeast(metric, at_least) => Ok(reached(metric)? >= *at_least),
            Self::Unknown => Ok(false),
        }
    }

    /// The document's tree with what was reached and is missing at each leaf, null for what could not be read.
    pub(super) fn tree<'a, E>(&'a self, reached: &impl Fn(&'a Metric) -> Result<i64, E>) -> Result<Value, E> {
        let several = |needs: &'a [Self]| needs.iter().map(|need| need.tree(reached)).collect::<Result<Vec<_>, E>>();
        Ok(match self {
            Self::AllOf(needs) => json!({"all_of": several(needs)?}),
            Self::AnyOf(needs) => json!({"any_of": several(needs)?}),
            Self::AtLeast(metric, at_least) => {
                let reached = reached(metric)?;
                let missing = at_least.saturating_sub(reached).max(0);
                let mut leaf =
                    json!({"metric": metric.name(), "reached": reached, "at_least": at_least, "missing": missing});
                if let Metric::CategorySum(category) = metric {
                    leaf["category"] = json!(category);
                }
                leaf
            }
            Self::Unknown => Value::Null,
        })
    }
}

impl Metric {
    fn read(leaf: &Value) -> Option<Self> {
        Some(match leaf.get("metric")?.as_str()? {
            "sum" => Self::Sum,
            "visits" => Self::Visits,
            "receipts" => Self::Receipts,
            "points" => Self::Points,
            "category_sum" => Self::CategorySum(leaf.get("category")?.as_str()?.to_owned()),
            _ => return None,
        })
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Visits => "visits",
            Self::Receipts => "receipts",
            Self::Points => "points",
            Self::CategorySum(_) => "category_sum",
        }
    }
}
