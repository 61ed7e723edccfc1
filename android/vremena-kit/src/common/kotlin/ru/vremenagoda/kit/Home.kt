package ru.vremenagoda.kit

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow
import ru.vremenagoda.ffi.HomeListener
import ru.vremenagoda.ffi.HomeSnapshot
import ru.vremenagoda.ffi.Home as CoreHome

/** The first screen. */
public class Home internal constructor(internal val core: CoreHome, observing: Observing) {
    private val snapshots: Flow<HomeSnapshot> = observing.flow(core) { heard ->
        observe(object : HomeListener {
            override fun onHome(snapshot: HomeSnapshot) = heard(snapshot)
        })
    }

    /** The first screen as all who look at once see it; `null` until the first snapshot. */
    public val state: StateFlow<HomeSnapshot?> = observing.state(snapshots)

    /** The first screen, now and whenever it changes. */
    public fun observe(): Flow<HomeSnapshot> = snapshots

    /** The first screen now, from the phone alone: all of it in one call. */
    public suspend fun snapshot(): HomeSnapshot = core.calling { snapshot() }
}
