package ru.vremenagoda.kit.android

import android.app.Activity
import android.app.Application
import android.content.Context
import android.os.Bundle
import java.io.Closeable
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.drop
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import ru.vremenagoda.ffi.Clock
import ru.vremenagoda.ffi.Config
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.LogSink
import ru.vremenagoda.ffi.Ports
import ru.vremenagoda.kit.Vremena

/** What the app's [Application] implements, so that jobs and receivers find the open app. */
public interface VremenaHost {
    /** The one of this process. */
    public val vremenaProcess: VremenaProcess
}

/**
 * The core in a process of Android: opened once, awake while a screen is to be seen or something is to be done in the
 * background, and paused otherwise. Make one in `Application.onCreate`.
 */
public class VremenaProcess(
    private val application: Application,
    private val config: Config,
    private val log: LogSink,
    /** Where it shall not be the system's: in an app for quality assurance. */
    private val clock: Clock? = null,
) : Closeable {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
    private val connectivity = SystemConnectivity(application)

    /** How many reasons there are to be awake. */
    private val reasons = MutableStateFlow(0)
    private val isAwake = MutableStateFlow(false)

    private val opening = Mutex()

    @Volatile
    private var open: Vremena? = null

    private val screens = Screens()

    init {
        application.registerActivityLifecycleCallbacks(screens)
    }

    /** The open app. Throws what [Vremena.open] throws; the next call tries again. */
    public suspend fun vremena(): Vremena = open ?: opening.withLock {
        open ?: Vremena.open(config, Ports(KeystoreSecureStore(application), connectivity, log, clock)).also(::begin)
    }

    /** Does something in the background: the app is awake meanwhile. */
    public suspend fun <T> working(work: suspend (Vremena) -> T): T {
        reasons.update { it + 1 }
        try {
            val app = vremena()
            isAwake.first { it }
            return work(app)
        } finally {
            reasons.update { it - 1 }
        }
    }

    /** Ends everything. An app's process has no need of it: it is killed. */
    override fun close() {
        application.unregisterActivityLifecycleCallbacks(screens)
        connectivity.close()
        scope.cancel()
        open?.close()
    }

    private fun begin(app: Vremena) {
        open = app
        isAwake.value = true
        scope.launch {
            reasons.map { it > 0 }.distinctUntilChanged().collectLatest { isNeeded -> if (isNeeded) wake(app) else sleep(app) }
        }
        scope.launch { connectivity.state.drop(1).collectLatest { told { app.connectivityChanged() } } }
    }

    private suspend fun wake(app: Vremena) {
        if (isAwake.value) return
        withContext(NonCancellable) { told { app.resume() } }
        isAwake.value = true
    }

    private suspend fun sleep(app: Vremena) {
        // A screen that is turned is gone and back again.
        delay(TURNING)
        withContext(NonCancellable) {
            isAwake.value = false
            told { if (app.home.snapshot().queue.waiting > 0u) QueueJob.schedule(application) }
            told { app.pause() }
        }
    }

    /** What fails here is in the core's log, and the next call of a screen says it to the member. */
    private inline fun told(call: () -> Unit) = try {
        call()
    } catch (_: CoreException) {
    }

    private inner class Screens : Application.ActivityLifecycleCallbacks {
        private var count = 0

        override fun onActivityStarted(activity: Activity) {
            if (count++ > 0) return
            reasons.update { it + 1 }
            scope.launch {
                told {
                    val app = vremena()
                    isAwake.first { it }
                    app.foreground()
                }
            }
        }

        override fun onActivityStopped(activity: Activity) {
            if (--count == 0) reasons.update { it - 1 }
        }

        override fun onActivityCreated(activity: Activity, state: Bundle?) = Unit

        override fun onActivityResumed(activity: Activity) = Unit

        override fun onActivityPaused(activity: Activity) = Unit

        override fun onActivitySaveInstanceState(activity: Activity, state: Bundle) = Unit

        override fun onActivityDestroyed(activity: Activity) = Unit
    }

    internal companion object {
        private val TURNING = 700.milliseconds

        /** The process's, where the application has one. */
        fun of(context: Context): VremenaProcess? = (context.applicationContext as? VremenaHost)?.vremenaProcess
    }
}
