package ru.vremenagoda.platform

import android.app.Application
import android.content.Context
import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.withTimeout
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowNetwork
import org.robolectric.shadows.ShadowNetworkCapabilities
import ru.vremenagoda.ffi.ConsentChoice
import ru.vremenagoda.ffi.Work
import ru.vremenagoda.kit.Vremena
import ru.vremenagoda.kit.android.VremenaHost
import ru.vremenagoda.kit.android.VremenaProcess
import ru.vremenagoda.testing.LogLines
import ru.vremenagoda.testing.PATIENCE
import ru.vremenagoda.testing.PHONE
import ru.vremenagoda.testing.START
import ru.vremenagoda.testing.Sandbox
import ru.vremenagoda.testing.StoryClock
import ru.vremenagoda.testing.inSandbox

/** The app that the system makes for each test. */
class PhoneApp : Application(), VremenaHost {
    override lateinit var vremenaProcess: VremenaProcess
}

/** Runs a test on a phone whose app has just been started; a network is there. */
fun onPhone(test: suspend Phone.() -> Unit) {
    SoftwareKeystore.install()
    // On the thread that calls: for Robolectric it is the phone's main thread.
    inSandbox(Phone(), context = EmptyCoroutineContext, test = test)
}

/** A phone, and the gallery that it knows. */
class Phone : Sandbox() {
    val log = LogLines()
    val clock = StoryClock(START)
    val app: PhoneApp = RuntimeEnvironment.getApplication() as PhoneApp
    private val config = config(Work.BY_ITSELF)

    init {
        start()
    }

    /** Of the app's files. */
    val directory: String get() = config.directory

    val process: VremenaProcess get() = app.vremenaProcess

    /** A new process of the app on the same files. */
    fun start() {
        app.vremenaProcess = VremenaProcess(app, config, log, clock)
        hasNetwork(true)
    }

    /** The system kills the process: nothing is told to it. What is left of it here only holds files. */
    fun isKilled() = process.close()

    suspend fun vremena(): Vremena = withTimeout(PATIENCE.toMillis()) { process.vremena() }

    suspend fun signedIn(): Vremena {
        val vremena = vremena()
        val account = vremena.account
        account.decideConsents(account.consentDocuments().map { ConsentChoice(it.purpose, it.required) })
        account.requestCode(PHONE)
        account.signIn(PHONE, admin.code(PHONE))
        return vremena
    }

    /** Tells whoever has asked the system. */
    fun hasNetwork(has: Boolean) {
        val manager = app.getSystemService(Context.CONNECTIVITY_SERVICE) as ConnectivityManager
        val network = ShadowNetwork.newInstance(7)
        for (callback in shadowOf(manager).networkCallbacks) {
            if (!has) {
                callback.onLost(network)
                continue
            }
            val capabilities: NetworkCapabilities = ShadowNetworkCapabilities.newInstance()
            shadowOf(capabilities).addCapability(NetworkCapabilities.NET_CAPABILITY_INTERNET)
            shadowOf(capabilities).addCapability(NetworkCapabilities.NET_CAPABILITY_VALIDATED)
            callback.onCapabilitiesChanged(network, capabilities)
        }
    }

    override suspend fun endPhones() = isKilled()
}
