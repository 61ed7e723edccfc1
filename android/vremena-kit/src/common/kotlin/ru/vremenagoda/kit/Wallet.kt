package ru.vremenagoda.kit

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow
import ru.vremenagoda.ffi.ApplePass
import ru.vremenagoda.ffi.Card
import ru.vremenagoda.ffi.CardListener
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.GoogleLink
import ru.vremenagoda.ffi.Wallet as CoreWallet

/** The card, and its way into wallets. */
public class Wallet internal constructor(internal val core: CoreWallet, observing: Observing) {
    private val snapshots: Flow<Card?> = observing.flow(core) { heard ->
        observe(object : CardListener {
            override fun onCard(card: Card?) = heard(card)
        })
    }

    /** The card as all who look at once see it; `null` until it was pulled once. */
    public val state: StateFlow<Card?> = observing.state(snapshots)

    /** The card, now and whenever it changes; `null` until it was pulled once. */
    public fun observe(): Flow<Card?> = snapshots

    /** The card, from the phone alone; `null` until it was pulled once. */
    public suspend fun card(): Card? = core.calling { card() }

    /**
     * The member's pass for wallets that take Apple's files, fetched now and verified.
     * [CoreException.NotFound] while there is no card, or no issuer is configured.
     */
    public suspend fun applePass(): ApplePass = core.calling { applePass() }

    /** The link that saves the card to Google Wallet, fetched now and checked. Throws as [applePass]. */
    public suspend fun googleLink(): GoogleLink = core.calling { googleLink() }
}
