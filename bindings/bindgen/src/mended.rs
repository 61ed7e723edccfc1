//! What of UniFFI's Kotlin is mended on the way. Each place is looked for as it stands in this version of UniFFI, and
//! generation fails where another one writes it differently.

use anyhow::{Result, ensure};

/// How often something is written.
#[derive(Clone, Copy, Debug)]
enum Times {
    Exactly(usize),
    /// As many as there are methods that are called back.
    OnceOrMore,
}

impl Times {
    const fn allows(self, found: usize) -> bool {
        match self {
            Self::Exactly(times) => found == times,
            Self::OnceOrMore => found > 0,
        }
    }
}

/// What is written, how often, and what stands there instead.
const KOTLIN: [(&str, Times, &str); 9] = [
    // A port may throw an `Error` too (a class that is missing, `TODO()`), and such a call would count as a success
    // with an empty answer: a secure store that holds nothing, so a member signed out.
    (
        "        writeReturn(makeCall())\n    } catch(e: kotlin.Exception) {",
        Times::Exactly(2),
        "        writeReturn(makeCall())\n    } catch(e: kotlin.Throwable) {",
    ),
    // A result that is ready when its caller is cancelled would be left to nobody: an app that stays open for good.
    (
        "            uniffiRustCallWithError(errorHandler, { status -> completeFunc(rustFuture, status) })\n        )\n    } finally {",
        Times::Exactly(1),
        "            uniffiRustCallWithError(errorHandler, { status -> completeFunc(rustFuture, status) })\n        )\n    \
         } catch (cancelled: kotlin.coroutines.cancellation.CancellationException) {\n        runCatching {\n            \
         val unclaimed: Any? = liftFunc(uniffiRustCallWithError(errorHandler, { status -> completeFunc(rustFuture, status) }))\n            \
         (unclaimed as? Disposable)?.destroy()\n        }\n        throw cancelled\n    } finally {",
    ),
    // The core sees no buffer on the heap, and refusing it would leak the handle that was lowered before it: it gets a
    // copy. Nobody else may hold either, and what nobody holds is collected while the core looks at it.
    (
        "        require(value.isDirect) { \"UniFFI zero-copy &[u8] requires a direct ByteBuffer. Use ByteBuffer.allocateDirect().\" }\n        val remaining = value.remaining()\n",
        Times::Exactly(1),
        "        val remaining = value.remaining()\n        val visible = if (value.isDirect) value else \
         java.nio.ByteBuffer.allocateDirect(remaining).also { it.duplicate().put(value.duplicate()) }\n        held.set(visible)\n",
    ),
    // A buffer's content begins at its position, not at its first byte.
    (
        "com.sun.jna.Native.getDirectBufferPointer(value)",
        Times::Exactly(1),
        "com.sun.jna.Native.getDirectBufferPointer(visible.slice())",
    ),
    (
        "    override fun lift(value: ForeignBytes.ByValue): java.nio.ByteBuffer =\n",
        Times::Exactly(1),
        "    private val held = ThreadLocal<java.nio.ByteBuffer>()\n\n    \
         override fun lift(value: ForeignBytes.ByValue): java.nio.ByteBuffer =\n",
    ),
    // Half a character, as a keyboard can leave it, is a wrong character and no reason to throw.
    ("onMalformedInput(CodingErrorAction.REPORT)", Times::Exactly(1), "onMalformedInput(CodingErrorAction.REPLACE)"),
    // JNA attaches a thread of the core to the JVM for each call back, and detaches it after it; also after one within
    // another, which Android answers by ending the app. So it is attached once, until it ends, and as one that the JVM's
    // own end does not wait for.
    (
        " {\n        override fun callback(",
        Times::OnceOrMore,
        " {\n        init {\n            com.sun.jna.Native.setCallbackThreadInitializer(this, \
         com.sun.jna.CallbackThreadInitializer(true, false))\n        }\n\n        override fun callback(",
    ),
    (
        "uniffiRustFutureContinuationCallbackImpl: UniffiRustFutureContinuationCallback {\n",
        Times::Exactly(1),
        "uniffiRustFutureContinuationCallbackImpl: UniffiRustFutureContinuationCallback {\n    init {\n        \
         com.sun.jna.Native.setCallbackThreadInitializer(this, com.sun.jna.CallbackThreadInitializer(true, false))\n    }\n\n",
    ),
    // How an error is read out of the library's memory is nobody's business but the generated code's.
    ("    companion object ErrorHandler :", Times::OnceOrMore, "    internal companion object ErrorHandler :"),
];

pub fn kotlin(mut text: String) -> Result<String> {
    for (written, times, instead) in KOTLIN {
        let found = text.matches(written).count();
        ensure!(times.allows(found), "UniFFI's Kotlin has `{written}` {found} times, not {times:?}: look at it anew");
        text = text.replace(written, instead);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As UniFFI writes it: nothing but the places that are mended.
    fn as_written() -> Vec<String> {
        let times = |times| match times {
            Times::Exactly(times) => times,
            Times::OnceOrMore => 3,
        };
        KOTLIN.into_iter().flat_map(|(written, of, _)| vec![written.to_owned(); times(of)]).collect()
    }

    #[test]
    fn each_place_is_mended_and_spoils_none_of_the_others() {
        let mended = kotlin(as_written().concat()).unwrap();
        for (_, times, instead) in KOTLIN {
            assert!(times.allows(mended.matches(instead).count()), "{instead}");
        }
    }

    #[test]
    fn a_place_that_is_not_there_or_there_too_often_is_told() {
        let places = as_written();
        for (written, times, _) in KOTLIN {
            let without: String = places.iter().filter(|place| *place != written).map(String::as_str).collect();
            assert!(kotlin(without).unwrap_err().to_string().contains(written));
            let once_more = kotlin(places.concat() + written);
            assert_eq!(once_more.is_ok(), matches!(times, Times::OnceOrMore), "{written}");
        }
    }
}
