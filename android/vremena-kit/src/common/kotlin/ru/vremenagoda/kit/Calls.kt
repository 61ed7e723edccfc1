package ru.vremenagoda.kit

import kotlin.coroutines.cancellation.CancellationException
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.Disposable
import ru.vremenagoda.ffi.InternalException

/**
 * Calls a part of the core. Nothing but [CoreException] comes out: what UniFFI itself throws is told in its words.
 */
internal inline fun <Part : Disposable, Answer> Part.calling(call: Part.() -> Answer): Answer = try {
    call()
} catch (cancelled: CancellationException) {
    throw cancelled
} catch (_: IllegalStateException) {
    // The one thing that the generated code has to say about states: the handle was given back.
    throw CoreException.Paused()
} catch (_: InternalException) {
    throw CoreException.Internal()
}
