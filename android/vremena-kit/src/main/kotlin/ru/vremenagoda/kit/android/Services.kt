package ru.vremenagoda.kit.android

import android.content.Context

/** A service that every phone has. */
internal inline fun <reified Service : Any> Context.service(): Service =
    checkNotNull(getSystemService(Service::class.java)) { "the system has no ${Service::class.java.simpleName}" }
