package ru.vremenagoda.platform

import android.content.Context
import android.net.ConnectivityManager
import android.net.ConnectivityManager.NetworkCallback
import android.net.NetworkCapabilities
import android.net.NetworkCapabilities.NET_CAPABILITY_CAPTIVE_PORTAL
import android.net.NetworkCapabilities.NET_CAPABILITY_INTERNET
import android.net.NetworkCapabilities.NET_CAPABILITY_NOT_METERED
import android.net.NetworkCapabilities.NET_CAPABILITY_VALIDATED
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowNetwork
import org.robolectric.shadows.ShadowNetworkCapabilities
import ru.vremenagoda.kit.android.NetworkState
import ru.vremenagoda.kit.android.SystemConnectivity

@RunWith(RobolectricTestRunner::class)
class SystemConnectivityTest {
    private val app: Context = RuntimeEnvironment.getApplication()
    private val manager = shadowOf(app.getSystemService(ConnectivityManager::class.java))
    private val network = ShadowNetwork.newInstance(7)
    private val callbacks: List<NetworkCallback> get() = manager.networkCallbacks.toList()

    @Test
    fun `each kind of network is told as it is`() {
        SystemConnectivity(app).use { connectivity ->
            callbacks.single().onLost(network)
            assertEquals(NetworkState(false, false, false, true) to false, connectivity.told())
            show(NET_CAPABILITY_INTERNET, NET_CAPABILITY_VALIDATED, NET_CAPABILITY_NOT_METERED)
            assertEquals(NetworkState(true, true, false, false) to true, connectivity.told())
            show(NET_CAPABILITY_INTERNET, NET_CAPABILITY_VALIDATED)
            assertEquals(NetworkState(true, true, false, true) to true, connectivity.told())
            // The system's own servers are out of reach: the gallery's may not be.
            show(NET_CAPABILITY_INTERNET)
            assertEquals(NetworkState(true, false, false, true) to true, connectivity.told())
            show(NET_CAPABILITY_INTERNET, NET_CAPABILITY_CAPTIVE_PORTAL)
            assertEquals(NetworkState(true, false, true, true) to false, connectivity.told())
            // Airplane mode.
            callbacks.single().onLost(network)
            assertEquals(false, connectivity.isOnline)
        }
    }

    @Test
    fun `whoever has closed it is not called any more`() {
        val connectivity = SystemConnectivity(app)
        assertEquals(1, callbacks.size)
        connectivity.close()
        connectivity.close()
        assertTrue(callbacks.isEmpty())
    }

    private fun SystemConnectivity.told() = state.value to isOnline()

    private fun show(vararg has: Int) {
        val capabilities: NetworkCapabilities = ShadowNetworkCapabilities.newInstance()
        has.forEach(shadowOf(capabilities)::addCapability)
        callbacks.single().onCapabilitiesChanged(network, capabilities)
    }

    private val SystemConnectivity.isOnline get() = isOnline()
}
