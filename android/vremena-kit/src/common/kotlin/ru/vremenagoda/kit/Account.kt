package ru.vremenagoda.kit

import ru.vremenagoda.ffi.AccountDeletion
import ru.vremenagoda.ffi.CardLink
import ru.vremenagoda.ffi.CardLinking
import ru.vremenagoda.ffi.CodeRequest
import ru.vremenagoda.ffi.ConsentChange
import ru.vremenagoda.ffi.ConsentChoice
import ru.vremenagoda.ffi.ConsentDecision
import ru.vremenagoda.ffi.ConsentDocument
import ru.vremenagoda.ffi.ConsentPurpose
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.DeletionWarning
import ru.vremenagoda.ffi.HomeSnapshot
import ru.vremenagoda.ffi.Member
import ru.vremenagoda.ffi.SessionState
import ru.vremenagoda.ffi.Account as CoreAccount

/** Sign-in, sign-out, consents, deletion. */
public class Account internal constructor(internal val core: CoreAccount) {
    /** Who is signed in, also while the session has expired or there is no network; `null` while nobody is. */
    public suspend fun member(): Member? = core.calling { member() }

    /** Whether calls of the member go out, as far as the phone knows; [HomeSnapshot.session] tells of changes. */
    public suspend fun sessionState(): SessionState = core.calling { sessionState() }

    /**
     * Has a code sent to [phone], a number as people type it. What was decided of the consents goes with it.
     * [CoreException.SignIn] says what is wrong with the number.
     */
    public suspend fun requestCode(phone: String): CodeRequest = core.calling { requestCode(phone) }

    /**
     * Signs in with the code that was sent; the member's queue and history are there again.
     * [CoreException.SignIn] says what is wrong with the number or the code.
     */
    public suspend fun signIn(phone: String, code: String): Member = core.calling { signIn(phone, code) }

    /** Signs out. What the member has not sent yet stays on the phone, and goes when they are back. */
    public suspend fun signOut(): Unit = core.calling { signOut() }

    /** What a member is asked to consent to, from the gallery or as it was last known: only this can be decided. */
    public suspend fun consentDocuments(): List<ConsentDocument> = core.calling { consentDocuments() }

    /** What the member has decided; while nobody is signed in, what was decided for the sign-in to come. */
    public suspend fun consents(): List<ConsentDecision> = core.calling { consents() }

    /** Keeps what was decided before a sign-in, for a sign-in within half an hour. */
    public suspend fun decideConsents(choices: List<ConsentChoice>): Unit = core.calling { decideConsents(choices) }

    /** Gives or withdraws the member's consent; once it is queued it is in force on this phone. */
    public suspend fun setConsent(purpose: ConsentPurpose, granted: Boolean): ConsentChange =
        core.calling { setConsent(purpose, granted) }

    /** What a deletion would cost now: show it, and ask. */
    public suspend fun deletion(): DeletionWarning = core.calling { deletion() }

    /**
     * Deletes the member at the gallery, then everything of theirs on this phone. [acceptedUnsent] is the warning's
     * `unsent` that the member has accepted; where more would be lost by now, the answer is [AccountDeletion.Asked].
     */
    public suspend fun delete(acceptedUnsent: UInt): AccountDeletion = core.calling { delete(acceptedUnsent) }

    /** Links a card that the reception gave out to the member. */
    public suspend fun linkCard(card: CardLink): CardLinking = core.calling { linkCard(card) }
}
