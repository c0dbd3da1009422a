/** Starts the window: the desk over whichever connection the shell gives, and the app on it. */
import { mount } from 'svelte'
import App from './App.svelte'
import { connect } from './state/client.ts'
import { Desk } from './state/desk.svelte.ts'

const target = document.getElementById('app')
if (target === null) throw new Error('The page has no place for the app.')

const desk = new Desk({ connect, window, storage: window.localStorage, retryMs: 1000 })
desk.start()

export default mount(App, { target, props: { desk } })
