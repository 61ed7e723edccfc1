package ru.vremenagoda.kit.android

import android.content.Context
import android.net.ConnectivityManager
import android.net.Network
import android.net.NetworkCapabilities
import java.io.Closeable
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import ru.vremenagoda.ffi.Connectivity

/** The network that the system uses, as far as the system knows it. */
public data class NetworkState(
    /** There is one that promises the internet. */
    val isConnected: Boolean,
    /** The system has reached the internet through it. Where it cannot ask its own servers this stays `false`. */
    val isValidated: Boolean,
    /** A page wants something of the member first. */
    val isCaptivePortal: Boolean,
    /** It costs, or is short. */
    val isMetered: Boolean,
) {
    /**
     * Whether it is worth trying. A network that the system could not validate is: its servers may be out of reach where
     * the gallery's are not. One that shows a page is not.
     */
    val isOnline: Boolean get() = isConnected && (isValidated || !isCaptivePortal)
}

/**
 * Whether the phone has a network that is worth trying. Give it to the core, collect [state], and tell the core of each
 * change by `Vremena.connectivityChanged`, as [VremenaProcess] does. Needs `ACCESS_NETWORK_STATE`.
 */
public class SystemConnectivity(context: Context) : Connectivity, Closeable {
    private val manager = context.applicationContext.service<ConnectivityManager>()
    private val present = MutableStateFlow(state(manager.activeNetwork?.let(manager::getNetworkCapabilities)))

    /** The network now, and each change. */
    public val state: StateFlow<NetworkState> = present.asStateFlow()

    private val callback = object : ConnectivityManager.NetworkCallback() {
        override fun onCapabilitiesChanged(network: Network, capabilities: NetworkCapabilities) {
            present.value = state(capabilities)
        }

        override fun onLost(network: Network) {
            present.value = state(null)
        }
    }

    init {
        manager.registerDefaultNetworkCallback(callback)
    }

    override fun isOnline(): Boolean = present.value.isOnline

    /** Looks no longer. Twice is no error. */
    override fun close() {
        try {
            manager.unregisterNetworkCallback(callback)
        } catch (_: IllegalArgumentException) {
            // It was not registered any more.
        }
    }

    private fun state(of: NetworkCapabilities?) = NetworkState(
        isConnected = of?.hasCapability(NetworkCapabilities.NET_CAPABILITY_INTERNET) == true,
        isValidated = of?.hasCapability(NetworkCapabilities.NET_CAPABILITY_VALIDATED) == true,
        isCaptivePortal = of?.hasCapability(NetworkCapabilities.NET_CAPABILITY_CAPTIVE_PORTAL) == true,
        isMetered = of?.hasCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED) != true,
    )
}
