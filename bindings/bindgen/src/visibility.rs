//! Who may see what of UniFFI's Kotlin. It makes everything public, its calls into the library included. Of that the
//! kit's users get the data and the ports; the rest is for the kit, which is compiled together with it. What is public
//! says so, as all of the kit does: the compiler insists.

/// How a line of the top level begins that is to be left as it is.
const NOT_OURS: [&str; 4] = ["import ", "package ", "private ", "internal "];

/// Records, enums and errors.
const DATA: [&str; 3] = ["data class ", "sealed class ", "enum class "];

/// The kit has flows for the first, and a class of its own for each of the second.
const WRAPPED: [&str; 2] = ["Listener", "Interface"];

/// How data is passed.
const CONVERTER: &str = "FfiConverter";

/// What there is in data and ports, and in the cases of enums.
const MEMBERS: [&str; 6] = ["companion object", "data class ", "class ", "object ", "fun ", "val "];

/// What stands deeper is within a function.
const MEMBER_INDENT: usize = 8;

/// The one member that UniFFI writes without its type.
const UNTYPED: &str = "override val message";

/// Says of every declaration who may see it.
pub fn kotlin(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut within_public = false;
    for line in text.lines() {
        if is_declaration(line) {
            within_public = is_for_everybody(line);
            seen.push_str(if within_public { "public " } else { "internal " });
            seen.push_str(line.strip_prefix("public ").unwrap_or(line));
        } else if within_public {
            push_member(&mut seen, line);
        } else {
            seen.push_str(line);
        }
        seen.push('\n');
    }
    seen
}

fn push_member(seen: &mut String, line: &str) {
    let member = line.trim_start();
    let indent = line.len() - member.len();
    seen.push_str(&line[..indent]);
    if indent <= MEMBER_INDENT && MEMBERS.iter().any(|word| member.starts_with(word)) {
        seen.push_str("public ");
    }
    seen.push_str(member);
    if member == UNTYPED {
        seen.push_str(": kotlin.String");
    }
}

fn is_declaration(line: &str) -> bool {
    line.starts_with(|first: char| first.is_ascii_lowercase()) && !NOT_OURS.iter().any(|word| line.starts_with(word))
}

fn is_for_everybody(line: &str) -> bool {
    let name = |words| line.strip_prefix(words).filter(|name: &&str| !name.starts_with(CONVERTER));
    let is_wrapped = |name: &str| WRAPPED.iter().any(|end| name.trim_end_matches(" {").ends_with(end));
    let is_port = name("public interface ").is_some_and(|name| !is_wrapped(name));
    DATA.iter().any(|words| line.starts_with(words)) || is_port || name("public typealias ").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_and_ports_are_for_everybody_and_all_else_is_not() {
        for (line, said) in [
            ("data class Appeal (", "public data class Appeal ("),
            (
                "sealed class CoreException: kotlin.Exception() {",
                "public sealed class CoreException: kotlin.Exception() {",
            ),
            ("enum class Advice {", "public enum class Advice {"),
            ("public interface SecureStore {", "public interface SecureStore {"),
            ("public typealias Kopecks = kotlin.Long", "public typealias Kopecks = kotlin.Long"),
            ("open class Account: Disposable {", "internal open class Account: Disposable {"),
            ("public interface AccountInterface {", "internal interface AccountInterface {"),
            ("public interface FeedListener {", "internal interface FeedListener {"),
            ("public interface FfiConverter<A, B> {", "internal interface FfiConverter<A, B> {"),
            ("interface Disposable {", "internal interface Disposable {"),
            ("object NoHandle// Magic", "internal object NoHandle// Magic"),
            ("public fun uniffiEnsureInitialized() {", "internal fun uniffiEnsureInitialized() {"),
            ("class InternalException(", "internal class InternalException("),
            ("inline fun <T : Disposable?, R> T.use(", "internal inline fun <T : Disposable?, R> T.use("),
            ("public typealias FfiConverterTypeDay = A", "internal typealias FfiConverterTypeDay = A"),
        ] {
            assert_eq!(kotlin(line), format!("{said}\n"));
        }
    }

    #[test]
    fn what_says_so_itself_or_is_no_declaration_is_left_alone() {
        for line in [
            "internal object UniffiLib {",
            "private class UniffiJnaCleaner : UniffiCleaner {",
            "import com.sun.jna.Pointer",
            "package ru.vremenagoda.ffi",
            "// This is a comment.",
            "@Structure.FieldOrder(\"code\")",
            "    fun `isOnline`(): kotlin.Boolean",
            "}",
        ] {
            assert_eq!(kotlin(line), format!("{line}\n"));
        }
    }

    #[test]
    fn members_of_what_is_public_are_public_and_no_others() {
        let written = "sealed class A: B() {\n    class C(\n        val `d`: E\n        ) : A() {\n        override val message\n            \
                       val f = 1\n    }\n    internal companion object G {\n    companion object\n}\nclass H {\n    val i = 1\n}\n";
        let said = "public sealed class A: B() {\n    public class C(\n        public val `d`: E\n        ) : A() {\n        \
                    override val message: kotlin.String\n            val f = 1\n    }\n    internal companion object G {\n    \
                    public companion object\n}\ninternal class H {\n    val i = 1\n}\n";
        assert_eq!(kotlin(written), said);
    }
}
