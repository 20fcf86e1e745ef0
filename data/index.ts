// Data that trainings and measurements read. Pure; synthetic scenes are drawn by seed, so nothing is downloaded.
export { type Random, randomFrom } from "./random.ts";
export { classes, isSeen, type SceneClass } from "./scenes/classes.ts";
export { drawScene, type Instance, type Scene, type Split, sceneSize } from "./scenes/scene.ts";
