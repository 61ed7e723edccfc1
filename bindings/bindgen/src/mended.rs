//! What of UniFFI's Kotlin is mended on the way. Each place is looked for as it stands in this version of UniFFI, and
//! generation fails where another one writes it differently.

use anyhow::{Result, ensure};

/// What is written, how often, and what stands there instead.
const KOTLIN: [(&str, usize, &str); 6] = [
    // A port may throw an `Error` too (a class that is missing, `TODO()`), and such a call would count as a success
    // with an empty answer: a secure store that holds nothing, so a member signed out.
    (
        "        writeReturn(makeCall())\n    } catch(e: kotlin.Exception) {",
        2,
        "        writeReturn(makeCall())\n    } catch(e: kotlin.Throwable) {",
    ),
    // A result that is ready when its caller is cancelled would be left to nobody: an app that stays open for good.
    (
        "            uniffiRustCallWithError(errorHandler, { status -> completeFunc(rustFuture, status) })\n        )\n    } finally {",
        1,
        "            uniffiRustCallWithError(errorHandler, { status -> completeFunc(rustFuture, status) })\n        )\n    \
         } catch (cancelled: kotlin.coroutines.cancellation.CancellationException) {\n        runCatching {\n            \
         val unclaimed: Any? = liftFunc(uniffiRustCallWithError(errorHandler, { status -> completeFunc(rustFuture, status) }))\n            \
         (unclaimed as? Disposable)?.destroy()\n        }\n        throw cancelled\n    } finally {",
    ),
    // A buffer's content begins at its position, not at its first byte.
    ("com.sun.jna.Native.getDirectBufferPointer(value)", 1, "com.sun.jna.Native.getDirectBufferPointer(value.slice())"),
    // Nobody else may hold the buffer, and what nobody holds is collected while the core looks at it.
    (
        "        val remaining = value.remaining()\n        val fb = ForeignBytes.ByValue()\n",
        1,
        "        val remaining = value.remaining()\n        held.set(value)\n        val fb = ForeignBytes.ByValue()\n",
    ),
    (
        "    override fun lift(value: ForeignBytes.ByValue): java.nio.ByteBuffer =\n",
        1,
        "    private val held = ThreadLocal<java.nio.ByteBuffer>()\n\n    \
         override fun lift(value: ForeignBytes.ByValue): java.nio.ByteBuffer =\n",
    ),
    // Half a character, as a keyboard can leave it, is a wrong character and no reason to throw.
    ("onMalformedInput(CodingErrorAction.REPORT)", 1, "onMalformedInput(CodingErrorAction.REPLACE)"),
];

pub fn kotlin(mut text: String) -> Result<String> {
    for (written, times, instead) in KOTLIN {
        let found = text.matches(written).count();
        ensure!(found == times, "UniFFI's Kotlin has `{written}` {found} times, not {times}: look at it anew");
        text = text.replace(written, instead);
    }
    Ok(text)
}
