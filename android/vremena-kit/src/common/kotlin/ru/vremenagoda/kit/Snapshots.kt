package ru.vremenagoda.kit

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.stateIn
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.Disposable
import ru.vremenagoda.ffi.Subscription

/** A screen that is turned comes back sooner, and finds its state. */
private const val KEPT_FOR_MILLIS = 5_000L

/** How long the core is observed: until the app is closed. */
internal class Observing {
    private val open: Job = SupervisorJob()
    private val scope = CoroutineScope(Dispatchers.Default + open)

    fun end() = open.cancel()

    /** A subscription for each collector, which ends with it. A collector that takes its time gets the latest. */
    fun <Part : Disposable, Snapshot> flow(
        part: Part,
        subscribe: Part.(listener: (Snapshot) -> Unit) -> Subscription,
    ): Flow<Snapshot> = callbackFlow {
        if (!open.isActive) {
            close()
            return@callbackFlow awaitClose()
        }
        val subscription = try {
            part.calling { subscribe { snapshot -> trySend(snapshot) } }
        } catch (_: CoreException.Paused) {
            close()
            null
        }
        val closing = open.invokeOnCompletion { close() }
        awaitClose {
            closing.dispose()
            subscription?.close()
        }
    }.conflate()

    /** One subscription for all collectors. */
    fun <Snapshot> state(snapshots: Flow<Snapshot>): StateFlow<Snapshot?> = snapshots
        // A fault of the core's own is in its log; the state stays as it was.
        .catch { fault -> if (fault !is CoreException.Internal) throw fault }
        .stateIn(scope, SharingStarted.WhileSubscribed(KEPT_FOR_MILLIS), initialValue = null)
}
