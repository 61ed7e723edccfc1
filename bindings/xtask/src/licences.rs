//! What the product is made of must be free to use in it, come from a known place, and build on a phone.
//! Every crate that is compiled in, or used to build, counts; what only tests use does not.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::path::Path;

use anyhow::{Context, bail};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};
use spdx::{Expression, ParseMode};

/// The owner's list. Of a choice (`A OR B`) one is enough.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Zlib",
];

/// Phones ship one TLS, rustls with ring, and neither a C library nor a second cryptography beside it.
const BANNED: &[&str] = &["aws-lc-rs", "aws-lc-sys", "native-tls", "openssl", "openssl-sys"];

/// One dependency, as far as the policy looks at it.
#[derive(Debug, PartialEq)]
struct Dependency {
    name: String,
    version: String,
    licence: Option<String>,
    known_source: bool,
    /// From a crate of this workspace down to this one.
    path: Vec<String>,
}

/// Checks all dependencies for all platforms; the note tells duplicates, which are no failure.
pub fn check(root: &Path) -> anyhow::Result<String> {
    let metadata = MetadataCommand::new()
        .current_dir(root)
        .other_options(vec!["--locked".to_owned()])
        .exec()
        .context("cargo metadata")?;
    let dependencies = dependencies(&metadata)?;
    let faults: Vec<String> = dependencies.iter().flat_map(faults).collect();
    if !faults.is_empty() {
        bail!("{} of {} crates\n{}", faults.len(), dependencies.len(), faults.join("\n"));
    }
    let duplicates = duplicates(&dependencies);
    Ok(match duplicates.len() {
        0 => format!("{} crates, no duplicates", dependencies.len()),
        n => format!("{} crates; {n} in several versions: {}", dependencies.len(), duplicates.join(", ")),
    })
}

/// Walks breadth first, so that the path told is a shortest one.
fn dependencies(metadata: &Metadata) -> anyhow::Result<Vec<Dependency>> {
    let resolve = metadata.resolve.as_ref().context("cargo metadata resolved nothing")?;
    let nodes: HashMap<&PackageId, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let packages: HashMap<&PackageId, _> = metadata.packages.iter().map(|package| (&package.id, package)).collect();
    let mut seen: HashSet<&PackageId> = metadata.workspace_members.iter().collect();
    let mut queue: VecDeque<(&PackageId, Vec<String>)> =
        metadata.workspace_members.iter().map(|id| (id, Vec::new())).collect();
    let mut found = Vec::new();
    while let Some((id, mut path)) = queue.pop_front() {
        let package = packages.get(id).with_context(|| format!("{id} is not described"))?;
        path.push(package.name.to_string());
        for dependency in nodes.get(id).map(|node| node.deps.as_slice()).unwrap_or_default() {
            let ships = dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development);
            if ships && seen.insert(&dependency.pkg) {
                queue.push_back((&dependency.pkg, path.clone()));
            }
        }
        found.push(Dependency {
            name: package.name.to_string(),
            version: package.version.to_string(),
            licence: package.license.clone(),
            // A crate without a source is a path inside the repository.
            known_source: package.source.as_ref().is_none_or(|source| source.is_crates_io()),
            path,
        });
    }
    found.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok(found)
}

fn faults(dependency: &Dependency) -> Vec<String> {
    let mut reasons = Vec::new();
    match dependency.licence.as_deref().map(is_allowed) {
        Some(Ok(true)) => {}
        Some(Ok(false)) => reasons
            .push(format!("its licence {} is not on the list", dependency.licence.as_deref().unwrap_or_default())),
        Some(Err(error)) => reasons.push(format!("its licence cannot be read: {error}")),
        None => reasons.push("it names no licence".to_owned()),
    }
    if !dependency.known_source {
        reasons.push("it comes neither from the public registry nor from this repository".to_owned());
    }
    if BANNED.contains(&dependency.name.as_str()) {
        reasons.push("it is banned".to_owned());
    }
    let Dependency { name, version, path, .. } = dependency;
    reasons.iter().map(|reason| format!("{name} {version}: {reason} ({})", path.join(" -> "))).collect()
}

/// Reads an SPDX expression; `A/B` is how old crates write `A OR B`.
fn is_allowed(licence: &str) -> Result<bool, spdx::ParseError> {
    let mode = ParseMode { allow_slash_as_or_operator: true, ..ParseMode::STRICT };
    let expression = Expression::parse_mode(licence, mode)?;
    Ok(expression.evaluate(|one| ALLOWED.contains(&one.to_string().as_str())))
}

fn duplicates(dependencies: &[Dependency]) -> Vec<String> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for dependency in dependencies {
        versions.entry(&dependency.name).or_default().push(&dependency.version);
    }
    versions
        .into_iter()
        .filter(|(_, versions)| versions.len() > 1)
        .map(|(name, versions)| format!("{name} {}", versions.join(" and ")))
        .collect()
}

#[cfg(test)]
mod tests;
